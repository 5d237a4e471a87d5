import AAPPolicy
import CPlatform
import Foundation
import Graph
import ONNX
import Runtime

/// A campaign's folder:
///
///     journal.jsonl               every round, as it was decided
///     networks/round-003.onnx     and .edge, of every round that was not rejected
///     work/                       checkpoints of what is running
///     best.onnx best.edge         in the end: the network to use
///     summary.json front.json rounds.csv report.html
package struct CampaignFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var journal: String { "\(path)/journal.jsonl" }
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// The network to use, relative to the folder.
  package static let best = "best.onnx"

  /// A network's file, relative to the folder.
  static func model(_ name: String) -> String { "networks/\(name).onnx" }
  static func plan(_ name: String) -> String { "networks/\(name).edge" }
  /// The same channels with the weights that the paper's recipe rewinds to.
  static func rewound(_ name: String) -> String { "work/\(name).rewound.onnx" }
  /// What a round is to train: its channels are chosen once, however often it is interrupted.
  static func chosen(_ name: String) -> String { "work/\(name).chosen.onnx" }
  func checkpoint(_ name: String) -> String { file("work/\(name).checkpoint") }

  private static let folders = ["networks", "work"]
  private static let files = ["best.onnx", "best.edge", "summary.json", "front.json", "rounds.csv", "report.html"]

  /// Makes the folders.
  func create() throws(JournalError) {
    for folder in Self.folders {
      do {
        try FileManager.default.createDirectory(atPath: file(folder), withIntermediateDirectories: true)
      } catch {
        throw .cannotCreate(path: file(folder), reason: error.localizedDescription)
      }
    }
  }

  /// A file or folder of a campaign's name, where no journal says that it is a campaign's; empty folders are nobody's.
  var foreign: String? {
    let folder = Self.folders.first { name in
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: file(name)) else { return exists(name) }
      return !names.isEmpty
    }
    return folder ?? Self.files.first(where: exists)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

  /// Takes away what an older campaign left; its journal last, as without one nothing is a campaign's.
  func clear() {
    for name in Self.folders + Self.files { try? FileManager.default.removeItem(atPath: file(name)) }
    try? FileManager.default.removeItem(atPath: journal)
  }

  /// Takes away what a round or a training needed until it was recorded.
  func removeWork(of name: String) {
    try? FileManager.default.removeItem(atPath: checkpoint(name))
    try? FileManager.default.removeItem(atPath: file(CampaignFolder.chosen(name)))
  }

  /// Takes away the files that a killed campaign was writing: their names begin with a dot until they are whole.
  func removeUnfinished() {
    for folder in Self.folders.map(file) {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names where name.hasPrefix(".") {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      }
    }
  }

  /// Puts the best network where its name does not depend on rounds.
  func publish(_ network: NetworkRecord) throws(JournalError) {
    for (source, name) in [(network.model, CampaignFolder.best), (network.plan, "best.edge")] {
      guard let source else { continue }
      guard let data = FileManager.default.contents(atPath: file(source)) else {
        throw .writeFailed(path: file(name), reason: "\(source) cannot be read")
      }
      try write(data, to: name)
    }
  }

  /// Writes a file of the folder: whole, or not at all.
  func write(_ bytes: some ContiguousBytes, to name: String) throws(JournalError) {
    let error = bytes.withUnsafeBytes { ep_write_file(file(name), $0.baseAddress, $0.count, true) }
    guard error == 0 else { throw .writeFailed(path: file(name), reason: systemErrorText(error)) }
  }

  func save(_ network: Graph, as name: String) throws { try ONNXModel.save(network, to: file(name), replace: true) }

  func load(_ name: String) throws -> Graph { try ONNXModel.load(path: file(name)).graph }
}
