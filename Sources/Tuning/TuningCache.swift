import CPlatform
import Foundation
import Operators
import Runtime

/// What was measured of layers, by machine: a JSON file, so that the same layers need not be timed again.
///
/// Machines' names tell whatever times depend on: processor, instruction set, number of threads, and program.
package struct TuningCache: Sendable, Equatable, Codable {
  /// By machine, then by `ConvolutionSite.layer`.
  package var machines: [String: [String: ConvolutionAlgorithm]] = [:]

  /// A file of more bytes is none of ours.
  private static let mostBytes = 16 << 20

  package init() {}

  /// In the user's folder for such files, which need not exist; nil without a home.
  package static func defaultPath(_ environment: [String: String]) -> String? {
    func folder(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    guard let base = folder("XDG_CACHE_HOME") ?? folder("HOME").map({ "\($0)/.cache" }) else { return nil }
    return "\(base)/edge-run/tuning.json"
  }

  /// Reads a file; one that does not exist is empty.
  ///
  /// - Throws: `TuningCacheError.unreadable`.
  package init(path: String) throws(TuningCacheError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= Self.mostBytes else { throw TuningCacheError.unreadable(path: path, reason: "\(size) bytes") }
      self = try JSONDecoder().decode(TuningCache.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }

  /// Replaces the file, and makes its folder.
  ///
  /// - Throws: `TuningCacheError.notWritten`.
  package func save(to path: String) throws(TuningCacheError) {
    let bytes: Data
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      bytes = try encoder.encode(self)
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .notWritten(path: path, reason: error.localizedDescription)
    }
    let error = bytes.withUnsafeBytes { ep_write_file(path, $0.baseAddress, $0.count, true) }
    guard error == 0 else { throw .notWritten(path: path, reason: systemErrorText(error)) }
  }
}

/// A file of measured choices that cannot be used.
package enum TuningCacheError: Error, Sendable {
  case unreadable(path: String, reason: String)
  case notWritten(path: String, reason: String)

  package var message: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path) is no file of measured choices (\(reason)): all layers are timed anew, and it is replaced"
    case .notWritten(let path, let reason):
      "\(path) cannot be written (\(reason)): the next --tune will time the same layers again"
    }
  }
}
