import Graph
import Runtime

/// Moving elements, and the transposes of moving them.
extension NodeGradient {
  /// The elements of an operand that the derivative's shape depends on; nil where it is left out.
  func known(_ position: Int) throws(OperatorError) -> Tensor? {
    guard let value = operand(position) else { return nil }
    guard let tensor = try info(value).constant else { throw .valueNeeded(operand: position) }
    return tensor
  }

  /// The same elements in another shape; no node where it has it.
  mutating func reshaped(_ a: ValueID, to shape: [Int]) throws(OperatorError) -> ValueID {
    try info(a).shape == shape ? a : emit("Reshape", [a, integers(shape)], ["allowzero": .int(1)])
  }

  /// Sets the derivative of an operator that only reshapes its first operand.
  mutating func setReshaped() throws(OperatorError) {
    guard let dy = resultGradient(0) else { return }
    set(0, try reshaped(dy, to: info(requiredOperand(0)).shape))
  }

  /// One number a channel, as `[C, 1, ...]`, which broadcasts along axis 1 of a tensor of the given rank.
  mutating func perChannel(_ vector: ValueID, rank: Int) throws(OperatorError) -> ValueID {
    try reshaped(vector, to: info(vector).shape + Array(repeating: 1, count: max(0, rank - 2)))
  }

  /// Zeros added before and after each axis, or elements removed where a number is negative; no node where all are 0.
  mutating func padded(_ a: ValueID, before: [Int], after: [Int]) throws(OperatorError) -> ValueID {
    if (before + after).allSatisfy({ $0 == 0 }) { return a }
    return try emit("Pad", [a, integers(before + after)])
  }

  /// Elements moved along one axis: element i of the result is the sum of those that `sources` had taken from i.
  ///
  /// This is the transpose of taking element `sources[o]` for each element o of `a`; a negative source stands for
  /// none.
  mutating func scattered(
    _ a: ValueID, axis: Int, sources: [Int], extent: Int
  ) throws(OperatorError) -> ValueID {
    try resampled(a, axis: axis, AxisMap(sources: sources, input: extent).transposed)
  }

  /// Weighted sums along one axis; no node where every element stays.
  mutating func resampled(_ a: ValueID, axis: Int, _ map: AxisMap) throws(OperatorError) -> ValueID {
    if map.isIdentity { return a }
    if map.input == 0 {
      // Sums of nothing.
      let missing = try info(a).shape.indices.map { $0 == axis ? map.output : 0 }
      return try padded(a, before: missing.map { _ in 0 }, after: missing)
    }
    let shape = [map.output, map.taps]
    let indices = constant(Tensor(map.indices.map { Int32(clamping: $0) }, shape: shape))
    let weights = constant(Tensor(map.weights, shape: shape))
    return try emit("Resample", [a, indices, weights], ["axis": .int(axis)])
  }

  /// The transpose of GatherElements: each element of `a` is added where its index along the axis says, onto zeros of
  /// `shape`. Indices may be computed when the graph runs; memory for `a` times the axis's extent is taken.
  mutating func scattered(
    _ a: ValueID, at indices: ValueID, axis: Int, to shape: [Int]
  ) throws(OperatorError) -> ValueID {
    let places = try oneHot(indices, depth: shape[axis], axis: axis + 1, like: a)
    var wide = try info(a).shape
    wide.insert(1, at: axis + 1)
    let spread = try product(places, reshaped(a, to: wide))
    let sums = try emit("ReduceSum", [spread, integers([axis])], ["keepdims": .int(0)])
    let given = try info(sums).shape
    return try padded(sums, before: shape.map { _ in 0 }, after: zip(shape, given).map { $0 - $1 })
  }

  /// The transpose of gathering parts along axis `axis` of a tensor whose other axes `a` shares: `a` has the parts at
  /// that axis, one for each of the one-axis `indices`.
  mutating func scattered(
    _ a: ValueID, parts indices: ValueID, axis: Int, extent: Int
  ) throws(OperatorError) -> ValueID {
    // Known places are a table; others a matrix of zeros and ones times the parts.
    if let known = try info(indices).constant {
      return try scattered(a, axis: axis, sources: known.indices(below: extent), extent: extent)
    }
    let shape = try info(a).shape
    let (outer, inner) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    let matrix = try oneHot(indices, depth: extent, axis: 0, like: a)
    let sums = try emit("MatMul", [matrix, reshaped(a, to: [outer, shape[axis], inner])])
    return try reshaped(sums, to: shape[..<axis] + [extent] + shape[(axis + 1)...])
  }

  /// 1 at the place that an index names along a new axis, 0 elsewhere.
  private mutating func oneHot(
    _ indices: ValueID, depth: Int, axis: Int, like other: ValueID
  ) throws(OperatorError) -> ValueID {
    let values = constant(Tensor(type: try info(other).type, shape: [2], doubles: [0, 1]))
    return try emit("OneHot", [indices, constant(Tensor(scalar: Int64(depth))), values], ["axis": .int(axis)])
  }
}
