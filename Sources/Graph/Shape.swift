/// Arithmetic on shapes: lists of extents, outermost first.
package enum Shape {
  /// No tensor may have more elements: 2^40-element tensors are refused before anything is allocated.
  package static let maximumElementCount = 1 << 31

  /// Number of elements, or nil when an extent is negative or there are more than `maximumElementCount`; those without
  /// elements are held to the same limit but for their empty axes, so that no product of extents overflows.
  package static func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for extent in shape where extent != 0 {
      guard extent > 0, extent <= maximumElementCount / count else { return nil }
      count *= extent
    }
    return shape.contains(0) ? 0 : count
  }

  /// The shape that NumPy broadcasts two shapes to, or nil where they do not fit.
  package static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    var result = [Int](repeating: 1, count: max(a.count, b.count))
    for axis in result.indices {
      let x = axis - (result.count - a.count)
      let y = axis - (result.count - b.count)
      let (p, q) = (x >= 0 ? a[x] : 1, y >= 0 ? b[y] : 1)
      guard p == q || p == 1 || q == 1 else { return nil }
      result[axis] = p == 1 ? q : p
    }
    return result
  }

  /// Distances in elements between neighbours of a row-major tensor.
  package static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// Strides with which a row-major tensor of shape `from` is read as the broadcast shape `to` (0 repeats).
  /// Precondition: `from` broadcasts to `to`.
  package static func broadcastStrides(_ from: [Int], to: [Int]) -> [Int] {
    let own = rowMajorStrides(from)
    let missing = to.count - from.count
    return to.indices.map { $0 < missing || from[$0 - missing] == 1 ? 0 : own[$0 - missing] }
  }

  /// An axis counted from the end where negative, or nil when out of range.
  package static func axis(_ axis: Int, rank: Int) -> Int? {
    let resolved = axis < 0 ? axis + rank : axis
    return resolved >= 0 && resolved < rank ? resolved : nil
  }

  /// "2x3x4", or "scalar".
  package static func text(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }
}
