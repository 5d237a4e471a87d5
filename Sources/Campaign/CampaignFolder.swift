import Foundation
import Graph
import ONNX

/// A campaign's folder:
///
///     journal.jsonl               every round, as it was decided
///     networks/round-003.onnx     and .edge, of every round that was not rejected
///     work/                       checkpoints of what is running
///     summary.json front.json rounds.csv report.html
package struct CampaignFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var journal: String { "\(path)/journal.jsonl" }
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// A network's file, relative to the folder.
  static func model(_ name: String) -> String { "networks/\(name).onnx" }
  static func plan(_ name: String) -> String { "networks/\(name).edge" }
  /// The same channels with the weights that the paper's recipe rewinds to.
  static func rewound(_ name: String) -> String { "work/\(name).rewound.onnx" }
  func checkpoint(_ name: String) -> String { file("work/\(name).checkpoint") }

  /// Makes the folders.
  func create() throws(JournalError) {
    for folder in ["networks", "work"] {
      do {
        try FileManager.default.createDirectory(atPath: file(folder), withIntermediateDirectories: true)
      } catch {
        throw .writeFailed(path: file(folder), reason: error.localizedDescription)
      }
    }
  }

  /// Takes away what an older campaign left.
  func clear() {
    for name in ["journal.jsonl", "networks", "work", "summary.json", "front.json", "rounds.csv", "report.html"] {
      try? FileManager.default.removeItem(atPath: file(name))
    }
  }

  func save(_ network: Graph, as name: String) throws { try ONNXModel.save(network, to: file(name), replace: true) }

  func load(_ name: String) throws -> Graph { try ONNXModel.load(path: file(name)).graph }
}
