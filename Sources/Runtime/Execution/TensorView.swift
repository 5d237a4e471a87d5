/// A strided view of memory while a plan runs.
///
/// Memory is owned by the session (arena) or by the plan (weights): a view must not outlive them, and only a session's
/// own instructions and its caller between two runs may write through it.
package struct TensorView: BitwiseCopyable {
  /// Address of element (0, 0, ...).
  package let base: UnsafeMutableRawPointer
  package let type: ElementType
  package let rank: Int
  /// Extents; axes beyond `rank` are 1.
  package let shape: SIMD8<Int32>
  /// Distances in elements; axes beyond `rank` are 0.
  package let strides: SIMD8<Int32>

  package init(
    base: UnsafeMutableRawPointer, type: ElementType, rank: Int, shape: SIMD8<Int32>, strides: SIMD8<Int32>
  ) {
    self.base = base
    self.type = type
    self.rank = rank
    self.shape = shape
    self.strides = strides
  }

  /// Extent of an axis.
  @inline(__always)
  package func extent(_ axis: Int) -> Int { Int(shape[axis]) }

  /// Distance in elements between neighbours along an axis.
  @inline(__always)
  package func stride(_ axis: Int) -> Int { Int(strides[axis]) }

  /// Number of elements.
  package var elementCount: Int {
    var count = 1
    for axis in 0..<rank { count *= Int(shape[axis]) }
    return count
  }

  /// Whether elements lie in row-major order without gaps.
  package var isContiguous: Bool {
    var expected = 1
    for axis in Swift.stride(from: rank - 1, through: 0, by: -1) where shape[axis] != 1 {
      if Int(strides[axis]) != expected { return false }
      expected *= Int(shape[axis])
    }
    return true
  }

  /// Offset in elements of an element that is counted in row-major order over a range of axes.
  @inline(__always)
  package func offset(of index: Int, axes: Range<Int>) -> Int {
    var (rest, offset) = (index, 0)
    var axis = axes.upperBound - 1
    while axis >= axes.lowerBound {
      let extent = Int(shape[axis])
      offset += rest % extent * Int(strides[axis])
      rest /= extent
      axis -= 1
    }
    return offset
  }

  /// The elements as `T`, which must be the Swift type of `type`.
  @inline(__always)
  package func pointer<T>(as _: T.Type) -> UnsafeMutablePointer<T> { base.assumingMemoryBound(to: T.self) }
}
