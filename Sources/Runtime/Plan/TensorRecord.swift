/// At most this many axes: enough for the 6-axis views of pixel shuffles and grouped normalisations.
package let maximumRank = 8

/// Names a tensor of a plan: an index into its tensor table, or -1 for an absent operand.
package struct TensorID: BitwiseCopyable, Sendable, Equatable {
  package var index: Int32

  package init(_ index: Int) { self.index = Int32(truncatingIfNeeded: index) }

  /// An operand that an instruction does without.
  package static let none = TensorID(-1)

  package var isPresent: Bool { index >= 0 }
}

/// Where a tensor's bytes live.
package enum TensorStorage: UInt8, Sendable {
  /// In the session's arena: inputs, outputs and activations.
  case arena = 0
  /// In the plan's read-only weights.
  case weights = 1
}

/// One tensor of a plan, as it lies in the file: a strided view of arena or weights.
///
/// Several records may view the same bytes: a slice, a transposition or a broadcast (stride 0) is a record and no
/// copy. All fields are plain numbers, so that any bytes are a value; `Plan` checks them once, when it is loaded.
package struct TensorRecord: BitwiseCopyable, Sendable {
  /// Raw value of an `ElementType`.
  package var type: UInt8
  /// Number of axes, 0 for a scalar.
  package var rank: UInt8
  /// Raw value of a `TensorStorage`.
  package var storage: UInt8
  package var reserved: UInt8 = 0
  /// Offset of the name in the string section (terminated by a zero byte).
  package var name: UInt32
  /// Bytes from the start of the storage to element (0, 0, ...).
  package var byteOffset: UInt64
  /// Extents; axes beyond `rank` are 1.
  package var shape: SIMD8<Int32>
  /// Distances in elements between neighbours along each axis; 0 repeats; axes beyond `rank` are 0. Never negative.
  package var strides: SIMD8<Int32>

  package init(
    type: ElementType, rank: Int, storage: TensorStorage, name: UInt32, byteOffset: UInt64,
    shape: SIMD8<Int32>, strides: SIMD8<Int32>
  ) {
    self.type = type.rawValue
    self.rank = UInt8(rank)
    self.storage = storage.rawValue
    self.name = name
    self.byteOffset = byteOffset
    self.shape = shape
    self.strides = strides
  }
}
