import Graph
import Runtime

extension Lowering {
  /// Lowers a node whose result is a view's elements in another shape: another view of the same memory where that is
  /// possible, else a copy.
  mutating func reshape(_ node: Node, _ x: LoweredView) throws(OperatorError) {
    guard let value = node.output(0) else { return }
    let shape = try info(value).shape
    if let view = x.reshaped(to: shape) { return bind(node, to: view) }
    let y = try firstResult(node, order: x.order(reshapedTo: shape))
    if let target = y.reshaped(to: x.shape) { return copy(x, to: target) }
    let flat = try contiguous(x)
    guard let source = flat.reshaped(to: shape) else {
      throw .invalid("\(Shape.text(x.shape)) elements do not fit into \(Shape.text(shape))")
    }
    copy(source, to: y)
  }

  /// Emits `result[i] = positions[i] < 0 ? fill : source[positions[i]]`, all counted in row-major order; without `fill`
  /// it is zero. The table takes four bytes an element of the weights.
  mutating func pick(
    _ source: LoweredView, positions: [Int], fill: LoweredView? = nil, to result: LoweredView
  ) throws(OperatorError) {
    guard positions.count <= ShapeInference.foldingLimit else {
      throw .unsupported("moving \(positions.count) elements by a table (at most \(ShapeInference.foldingLimit))")
    }
    let table = constant(Tensor(positions.map { Int32(truncatingIfNeeded: $0) }, shape: [positions.count]))
    emit(
      IndexedCopyInstruction(input: id(source), table: id(table), fill: id(fill), output: id(result)),
      reads: [source, table, fill], writes: [result])
  }

  /// Fills a view with the one element of another; does nothing for a view without elements.
  mutating func fill(_ result: LoweredView, with value: LoweredView) {
    if result.elementCount == 0 { return }
    emit(FillInstruction(value: id(value), output: id(result)), reads: [value], writes: [result])
  }

  /// Emits ONNX Gather of a view along an axis by int32 or int64 positions.
  mutating func gather(_ data: LoweredView, _ indices: LoweredView, axis: Int, to result: LoweredView) {
    emit(
      GatherInstruction(data: id(data), indices: id(indices), output: id(result), axis: Int32(axis)),
      reads: [data, indices], writes: [result])
  }

  /// int64 positions below `extent` from indices that may be negative, times `stride`.
  mutating func positions(
    _ indices: LoweredView, extent: Int, stride: Int
  ) throws(OperatorError) -> LoweredView {
    let wide = try cast(indices, to: .int64)
    let result = try temporary(type: .int64, shape: indices.shape, order: .like(indices))
    emit(.modulo, wide, constant(Tensor(scalar: Int64(extent))), to: result)
    if stride != 1 { emit(.multiply, result, constant(Tensor(scalar: Int64(stride))), to: result) }
    return result
  }

  /// Lowers a node whose result is known at compile time: places it in the weights. Returns whether it is.
  mutating func bindConstant(_ node: Node) throws(OperatorError) -> Bool {
    guard let value = node.output(0), let tensor = try info(value).constant else { return false }
    bind(node, to: constant(tensor))
    return true
  }
}

extension LoweredView {
  /// The order of memory in which a copy in another shape keeps runs of axes where they are: channels that are merged
  /// or split stay innermost if they were.
  func order(reshapedTo target: [Int]) -> MemoryOrder {
    guard let groups = Self.groups(shape, target) else { return .rowMajor }
    let keys = groups.map { group in group.old.map { strides[$0] == 0 ? Int.max : strides[$0] }.min() ?? Int.max }
    let outermostFirst = groups.indices.sorted { (keys[$1], $0) < (keys[$0], $1) }
    var ranks = [Int](repeating: 0, count: target.count)
    var next = target.count
    for group in outermostFirst {
      for axis in groups[group].new {
        ranks[axis] = next
        next -= 1
      }
    }
    return .like(LoweredView(buffer: buffer, type: type, shape: target, strides: ranks, offset: 0))
  }

  /// The shortest runs of axes (without those of extent 1) that have as many elements before and after a change of
  /// shape; nil for shapes of different sizes or without elements.
  private static func groups(_ from: [Int], _ to: [Int]) -> [(old: [Int], new: [Int])]? {
    if from.contains(0) || to.contains(0) { return nil }
    var (old, new) = (from.indices.filter { from[$0] != 1 }[...], to.indices.filter { to[$0] != 1 }[...])
    var result: [(old: [Int], new: [Int])] = []
    while let firstOld = old.popFirst() {
      guard let firstNew = new.popFirst() else { return nil }
      var group = (old: [firstOld], new: [firstNew])
      var (before, after) = (from[firstOld], to[firstNew])
      while before != after {
        if before < after {
          guard let axis = old.popFirst() else { return nil }
          group.old.append(axis)
          before *= from[axis]
        } else {
          guard let axis = new.popFirst() else { return nil }
          group.new.append(axis)
          after *= to[axis]
        }
      }
      result.append(group)
    }
    return new.isEmpty ? result : nil
  }
}
