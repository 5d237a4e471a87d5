/// The first bytes of a `.edge` file: where its sections lie. All numbers are little-endian.
///
/// Sections follow in the order of the fields, each aligned to 64 bytes; the weights come last, so that a reader can
/// check and use everything else without touching them.
package struct PlanHeader: BitwiseCopyable, Sendable {
  /// "EDGEPLAN" as a little-endian number.
  package static let magic: UInt64 = 0x4E41_4C50_4547_4445
  /// Raised whenever an older reader would misunderstand a newer file.
  package static let currentVersion: UInt32 = 5
  /// Alignment of sections and of every tensor in weights and arena, in bytes.
  package static let alignment = 64

  package var magic = PlanHeader.magic
  package var version = PlanHeader.currentVersion
  /// Raw value of the `ek_isa` that weights are packed for.
  package var isa: UInt32 = 0
  package var fileBytes: UInt64 = 0
  /// XXH64 of everything before the weights, with this field taken as zero.
  package var planChecksum: UInt64 = 0
  /// `weightsChecksum` of the weights.
  package var weightsChecksum: UInt64 = 0
  /// Bytes of the arena that a session allocates.
  package var arenaBytes: UInt64 = 0
  /// Bytes of scratch memory for each worker.
  package var scratchBytes: UInt64 = 0
  package var tensors = Section()
  package var instructions = Section()
  /// Two `UInt32` for each input, then for each output: tensor and name.
  package var bindings = Section()
  /// Two `UInt32` for each entry: key and value.
  package var metadata = Section()
  /// Texts, each ended by a zero byte; offset 0 is the empty text.
  package var strings = Section()
  package var weights = Section()
  package var inputCount: UInt32 = 0
  package var outputCount: UInt32 = 0
  package var multiplyAccumulates: UInt64 = 0
  package var parameters: UInt64 = 0

  package init() {}

  /// A run of bytes of the file.
  package struct Section: BitwiseCopyable, Sendable {
    package var offset: UInt64 = 0
    package var bytes: UInt64 = 0

    package init(offset: UInt64 = 0, bytes: UInt64 = 0) {
      self.offset = offset
      self.bytes = bytes
    }
  }
}

/// What precedes every instruction's record in the stream.
package struct InstructionHeader: BitwiseCopyable, Sendable {
  /// Raw value of an `Opcode`.
  package var opcode: UInt32
  /// Bytes of the record that follows, rounded up to 8.
  package var payloadBytes: UInt32
  /// Offset of the node's name in the strings.
  package var node: UInt32
  package var reserved: UInt32 = 0

  package init(opcode: UInt32, payloadBytes: UInt32, node: UInt32) {
    self.opcode = opcode
    self.payloadBytes = payloadBytes
    self.node = node
  }
}
