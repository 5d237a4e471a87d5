/// A tensor record whose every field was found sound: a known type, at most `maximumRank` axes, no negative extent or
/// stride, fewer than 2^31 elements, aligned to its element.
package struct PlanOperand: BitwiseCopyable {
  package let type: ElementType
  package let rank: Int
  /// Extents; axes beyond `rank` are 1.
  package let shape: SIMD8<Int32>
  /// Distances in elements; axes beyond `rank` are 0.
  package let strides: SIMD8<Int32>
  /// Number of elements.
  package let count: Int
  /// Whether the bytes are the plan's read-only weights.
  package let isInWeights: Bool
  /// Bytes from the start of the storage to element (0, 0, ...).
  package let byteOffset: Int

  /// Nil where the record is broken.
  package init?(_ record: TensorRecord) {
    guard let type = ElementType(rawValue: record.type), record.rank <= maximumRank,
      let storage = TensorStorage(rawValue: record.storage), let byteOffset = Int(exactly: record.byteOffset),
      byteOffset % type.byteCount == 0
    else { return nil }
    self.type = type
    rank = Int(record.rank)
    shape = record.shape
    strides = record.strides
    isInWeights = storage == .weights
    self.byteOffset = byteOffset
    var count = 1
    var isEmpty = false
    for axis in 0..<maximumRank {
      let extent = Int(record.shape[axis])
      guard extent >= 0, record.strides[axis] >= 0, axis < rank || (extent == 1 && record.strides[axis] == 0) else {
        return nil
      }
      isEmpty = isEmpty || extent == 0
      // Both factors are below 2^31.
      count *= max(extent, 1)
      guard count <= Int(Int32.max) else { return nil }
    }
    self.count = isEmpty ? 0 : count
  }

  /// Extent of an axis.
  @inline(__always)
  package func extent(_ axis: Int) -> Int { Int(shape[axis]) }

  /// Distance in elements between neighbours along an axis.
  @inline(__always)
  package func stride(_ axis: Int) -> Int { Int(strides[axis]) }

  /// Whether elements lie in row-major order without gaps.
  package var isContiguous: Bool {
    var expected = 1
    for axis in Swift.stride(from: rank - 1, through: 0, by: -1) where shape[axis] != 1 {
      if Int(strides[axis]) != expected { return false }
      expected *= Int(shape[axis])
    }
    return true
  }
}
