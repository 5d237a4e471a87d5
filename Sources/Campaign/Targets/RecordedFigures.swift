import AAPPolicy
import CPlatform
import Foundation
import Runtime

/// Figures that a target gave, by key: what a replay answers with.
package struct RecordedFigures: Sendable, Equatable, Codable {
  package var circumstances: [CampaignSummary.Circumstance] = []
  package var networks: [String: PairedLatency] = [:]
  /// Of which structure networks were, as a number's digits; missing in older recordings.
  package var structures: [String: String]?
  package var layers: [String: Double] = [:]
  package var residentBytes: [String: Int] = [:]

  package init() {}

  private static let maximumBytes = 100_000_000

  package init(path: String) throws(TargetError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .recording(path: path, reason: "cannot be read: record figures first, with 'target: record:\(path)'")
    }
    guard data.count <= RecordedFigures.maximumBytes, let figures = try? JSONDecoder().decode(Self.self, from: data)
    else {
      throw .recording(path: path, reason: "is no recording of a target's figures")
    }
    self = figures
  }

  package func write(to path: String) throws(TargetError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(self) else {
      throw .recording(path: path, reason: "figures that are no numbers cannot be written")
    }
    let error = data.withUnsafeBytes { ep_write_file(path, $0.baseAddress, $0.count, true) }
    guard error == 0 else {
      throw .unwritable(path: path, reason: systemErrorText(error))
    }
  }
}
