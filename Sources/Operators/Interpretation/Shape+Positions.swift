import Graph

extension Shape {
  /// Where the elements of a strided view lie, in row-major order of the view.
  ///
  /// - Parameters:
  ///   - strides: Distances in elements along each axis; may be 0 or negative.
  ///   - offset: Position of element (0, 0, ...).
  /// - Complexity: O(elements).
  package static func positions(_ shape: [Int], strides: [Int], offset: Int = 0) -> [Int] {
    var result = [offset]
    for axis in shape.indices {
      var next: [Int] = []
      next.reserveCapacity(result.count * shape[axis])
      for start in result { for i in 0..<shape[axis] { next.append(start + i * strides[axis]) } }
      result = next
    }
    return result
  }

  /// Where the elements of a tensor come from if element i along axis a comes from `sources[a][i]` of a row-major
  /// tensor of `shape`; -1 where any of an element's sources is negative. O(elements).
  package static func positions(in shape: [Int], sources: [[Int]]) -> [Int] {
    let strides = rowMajorStrides(shape)
    var result = [0]
    for axis in shape.indices {
      var next: [Int] = []
      next.reserveCapacity(result.count * sources[axis].count)
      for start in result {
        for source in sources[axis] { next.append(start < 0 || source < 0 ? -1 : start + source * strides[axis]) }
      }
      result = next
    }
    return result
  }
}
