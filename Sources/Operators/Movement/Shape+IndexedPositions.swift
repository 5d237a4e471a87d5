import Graph

extension Shape {
  /// Row-major positions that GatherElements and ScatterElements name: where each index stands, but for one axis, along
  /// which the index says. Throws for an index out of range.
  static func elementPositions(_ shape: [Int], _ indices: Tensor, axis: Int) throws(OperatorError) -> [Int] {
    var strides = rowMajorStrides(shape)
    let step = strides[axis]
    strides[axis] = 0
    let base = positions(indices.shape, strides: strides)
    return zip(base, try indices.indices(below: shape[axis])).map { $0 + $1 * step }
  }

  /// Row-major positions that GatherND and ScatterND name: all elements of the part of each tuple of indices (the last
  /// axis), tuple after tuple; the first `batchAxes` axes are shared. Throws for an index out of range.
  static func tuplePositions(_ shape: [Int], _ indices: Tensor, batchAxes: Int) throws(OperatorError) -> [Int] {
    let depth = indices.shape.last ?? 1
    let part = shape[(batchAxes + depth)...].reduce(1, *)
    let strides = rowMajorStrides(shape)
    let values = indices.integers
    var result: [Int] = []
    for (tuple, start) in batchPositions(indices.shape, strides, batchAxes: batchAxes).enumerated() {
      var position = start
      for i in 0..<depth {
        let (index, extent) = (values[tuple * depth + i], shape[batchAxes + i])
        guard let resolved = self.axis(index, rank: extent) else {
          throw .invalid("index \(index) is out of range for an extent of \(extent)")
        }
        position += resolved * strides[batchAxes + i]
      }
      result += position..<position + part
    }
    return result
  }

  /// Where the batch of each tuple starts.
  static func batchPositions(_ indices: [Int], _ strides: [Int], batchAxes: Int) -> [Int] {
    let tuples = Array(indices.dropLast())
    return positions(tuples, strides: tuples.indices.map { $0 < batchAxes ? strides[$0] : 0 })
  }
}
