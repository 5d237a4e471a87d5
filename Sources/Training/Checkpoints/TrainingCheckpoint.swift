import CPlatform
import Foundation
import Graph

/// The file from which an interrupted training goes on: a trainer's snapshot with the options that it must be resumed
/// with.
package struct TrainingCheckpoint: Sendable {
  package let path: String
  private let fingerprint: NetworkFingerprint
  private let names: [String]
  private let settings: [String: String]

  /// - Parameters:
  ///   - trainer: Whose step says which tensors there are.
  ///   - settings: What must be the same for the result to be the same: by name, as text.
  package init(path: String, trainer: borrowing Trainer, settings: [String: String]) {
    self.path = path
    fingerprint = NetworkFingerprint(trainer.step.network)
    names = trainer.step.states.map(\.name)
    self.settings = settings
  }

  /// Writes the file, replacing an older one only once the new one is whole and on the disk.
  package func save(_ snapshot: Trainer.Snapshot) throws(CheckpointError) {
    var values: [String: CheckpointValue] = ["progress": .text(try encoded(snapshot.progress))]
    for (name, value) in settings { values["setting \(name)"] = .text(value) }
    var items = zip(names, snapshot.states).map { CheckpointItem($0, $1) }
    if let best = snapshot.best { items += zip(names, best).map { CheckpointItem("best: \($0)", $1) } }
    try Checkpoint.save(to: path, fingerprint: fingerprint, values: values, tensors: items)
  }

  /// Reads the file.
  ///
  /// - Throws: `CheckpointError` for a damaged file, another network's, or one made with other settings, which it names.
  package func load() throws(CheckpointError) -> Trainer.Snapshot {
    let file = try Checkpoint.load(path: path)
    try file.require(fingerprint)
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      let before = try file.text("setting \(name)")
      guard before == value else {
        throw .unsuitableEntry(
          path: path, name: name, reason: "the training was begun with \(before), not \(value): use the same again")
      }
    }
    let progress = try decoded(file.text("progress"))
    var states: [Tensor] = []
    for name in names { states.append(try file.tensor(name)) }
    guard progress.bestEpoch != nil else { return Trainer.Snapshot(progress: progress, states: states, best: nil) }
    var best: [Tensor] = []
    for name in names { best.append(try file.tensor("best: \(name)")) }
    return Trainer.Snapshot(progress: progress, states: states, best: best)
  }

  /// Takes the file away once the training is over. What is not there needs no removal.
  package func remove() { try? FileManager.default.removeItem(atPath: path) }

  private func encoded(_ progress: TrainingProgress) throws(CheckpointError) -> String {
    do {
      return String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
    } catch {
      throw .writeFailed(path: path, reason: "\(error)")
    }
  }

  private func decoded(_ text: String) throws(CheckpointError) -> TrainingProgress {
    do {
      return try JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
    } catch {
      throw .malformed(path: path, reason: "its progress cannot be read")
    }
  }
}
