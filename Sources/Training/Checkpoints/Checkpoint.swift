import CPlatform
import Graph
import Runtime

/// A training's state in one file: named tensors (weights, momentum, running statistics), small values (epoch, step,
/// random states, best accuracy), and the fingerprint of the network that they belong to.
///
/// A file is mapped and checked as a whole when it is loaded; tensors are then read where they lie. Any damage is found
/// by checksums. Files appear whole or not at all: killed at any moment, a training has its last checkpoint.
package struct Checkpoint: Sendable {
  /// A tensor in the file.
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let type: ElementType
    package let shape: [Int]
    /// Where it begins in the file.
    let offset: Int
    let byteCount: Int
  }

  /// The file, for messages.
  package let path: String
  /// The network that it was written for.
  package let fingerprint: NetworkFingerprint
  /// The small values.
  package let values: [String: CheckpointValue]
  /// All tensors, in the order in which they were written.
  package let entries: [Entry]
  private let positions: [String: Int]
  private let memory: CheckpointMemory

  /// Writes a checkpoint, replacing an older one only once the new one is whole and on the disk.
  ///
  /// - Throws: `CheckpointError.cannotCreate` or `writeFailed`.
  /// - Complexity: O(bytes), which are read twice; nothing but the names is copied.
  package static func save(
    to path: String, fingerprint: NetworkFingerprint, values: [String: CheckpointValue], tensors: [CheckpointItem]
  ) throws(CheckpointError) {
    var writer = CheckpointWriter(path: path)
    try writer.write(fingerprint, values, tensors)
  }

  /// Maps a checkpoint file and checks all of it.
  ///
  /// - Throws: `CheckpointError.unreadable`, `malformed`, `otherVersion`.
  package static func load(path: String) throws(CheckpointError) -> Checkpoint {
    var mapping = ep_mapping()
    let error = ep_map_file(path, &mapping)
    guard error == 0 else { throw .unreadable(path: path, reason: systemErrorText(error)) }
    return try Checkpoint(CheckpointMemory(mapped: mapping), path: path)
  }

  /// A checkpoint whose file is in memory.
  package static func parse(_ bytes: [UInt8], path: String) throws(CheckpointError) -> Checkpoint {
    guard let memory = CheckpointMemory(copying: bytes) else {
      throw .unreadable(path: path, reason: "no memory for its \(bytes.count) bytes")
    }
    return try Checkpoint(memory, path: path)
  }

  private init(_ memory: CheckpointMemory, path: String) throws(CheckpointError) {
    let reader = try CheckpointReader(memory.bytes, path: path)
    self.path = path
    self.memory = memory
    fingerprint = reader.fingerprint
    values = reader.values
    entries = reader.tensors
    positions = Dictionary(uniqueKeysWithValues: reader.tensors.enumerated().map { ($1.name, $0) })
  }

  /// Throws `otherNetwork`, naming what differs, unless the checkpoint is of this network.
  package func require(_ network: NetworkFingerprint) throws(CheckpointError) {
    if let difference = network.difference(from: fingerprint) {
      throw .otherNetwork(path: path, difference: difference)
    }
  }

  /// The tensor of a name, or nil.
  package func entry(_ name: String) -> Entry? { positions[name].map { entries[$0] } }

  /// Gives a tensor's row-major elements, where they lie in the file, to `body`.
  ///
  /// - Throws: `unsuitableEntry` where there is none of this name, type and shape.
  package func withBytes<R>(
    of name: String, type: ElementType, shape: [Int], _ body: (UnsafeRawBufferPointer) -> R
  ) throws(CheckpointError) -> R {
    guard let entry = entry(name) else {
      throw .unsuitableEntry(path: path, name: name, reason: "there is no such tensor")
    }
    guard entry.type == type, entry.shape == shape else {
      throw .unsuitableEntry(
        path: path, name: name,
        reason: "it is \(entry.type.name) \(Shape.text(entry.shape)), \(type.name) \(Shape.text(shape)) is needed")
    }
    return body(memory.slice(entry.offset, entry.byteCount))
  }

  /// A copy of a tensor. Throws `unsuitableEntry` where there is none.
  package func tensor(_ name: String) throws(CheckpointError) -> Tensor {
    guard let entry = entry(name) else {
      throw .unsuitableEntry(path: path, name: name, reason: "there is no such tensor")
    }
    return Tensor(type: entry.type, shape: entry.shape, bytes: Array(memory.slice(entry.offset, entry.byteCount)))
  }

  /// An integer. Throws `unsuitableEntry` where there is none of this name.
  package func integer(_ name: String) throws(CheckpointError) -> Int {
    guard case .integer(let value) = try value(name) else { throw wrongKind(name, "an integer") }
    return value
  }

  /// A real number. Throws `unsuitableEntry` where there is none of this name.
  package func real(_ name: String) throws(CheckpointError) -> Double {
    guard case .real(let value) = try value(name) else { throw wrongKind(name, "a real number") }
    return value
  }

  /// A text. Throws `unsuitableEntry` where there is none of this name.
  package func text(_ name: String) throws(CheckpointError) -> String {
    guard case .text(let value) = try value(name) else { throw wrongKind(name, "a text") }
    return value
  }

  /// A random state. Throws `unsuitableEntry` where there is none of this name.
  package func randomState(_ name: String) throws(CheckpointError) -> RandomState {
    guard case .words(let words) = try value(name), let state = RandomState(words: words) else {
      throw wrongKind(name, "a random state")
    }
    return state
  }

  private func value(_ name: String) throws(CheckpointError) -> CheckpointValue {
    guard let value = values[name] else {
      throw .unsuitableEntry(path: path, name: name, reason: "there is no such value")
    }
    return value
  }

  private func wrongKind(_ name: String, _ wanted: String) -> CheckpointError {
    .unsuitableEntry(path: path, name: name, reason: "it is \(values[name]?.kind ?? "missing"), \(wanted) is needed")
  }
}
