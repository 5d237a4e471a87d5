import Graph

/// Parts along an axis: of the sizes in the second operand, or as many equal ones as there are results, of which the
/// last may be smaller.
package struct Split: Operator {
  package static let name = "Split"
  package static let channelFlow = ChannelFlow.movement

  private let axis: Int
  private let count: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    axis = try node.int("axis", default: 0)
    count = node.resultCount
    if let asked = try node.optionalInt("num_outputs"), asked != count {
      throw .invalid("attribute 'num_outputs' is \(asked), but the node has \(count) results")
    }
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    let axis = try Shape.resolved(axis: axis, rank: x.rank)
    let sizes = try sizes(x.shape[axis], try operands.optionalConstant(1))
    return sizes.map { size in
      var shape = x.shape
      shape[axis] = size
      return ValueInfo(type: x.type, shape: shape)
    }
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    var sources = x.shape.map { Array(0..<$0) }
    var (start, parts): (Int, [Tensor]) = (0, [])
    for size in try sizes(x.shape[axis], operands.optional(1)) {
      sources[axis] = Array(start..<start + size)
      parts.append(x.picking(Shape.positions(in: x.shape, sources: sources), shape: sources.map(\.count)))
      start += size
    }
    return parts
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let axis = try Shape.resolved(axis: axis, rank: x.rank)
    var start = 0
    for (position, size) in try sizes(x.shape[axis], try plan.constant(node, 1)).enumerated() {
      plan.bind(node, position, to: x.sliced(axis: axis, start: size == 0 ? 0 : start, count: size))
      start += size
    }
  }

  private func sizes(_ extent: Int, _ given: Tensor?) throws(OperatorError) -> [Int] {
    if let given {
      let sizes = given.integers
      // Each size is checked before they are added up, which cannot overflow then.
      guard sizes.count == count, sizes.allSatisfy({ (0...extent).contains($0) }), sizes.reduce(0, +) == extent else {
        throw .invalid("sizes \(sizes) do not split an extent of \(extent) into \(count) results")
      }
      return sizes
    }
    guard count > 0 else { throw .invalid("the node has no result") }
    let size = (extent + count - 1) / count
    let last = extent - size * (count - 1)
    guard last >= 0 else { throw .invalid("an extent of \(extent) cannot be split into \(count) results") }
    return Array(repeating: size, count: count - 1) + [last]
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    let shape = try node.info(node.requiredOperand(0)).shape
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    let sizes = try sizes(shape[axis], node.known(1))
    let gradients = sizes.indices.map { node.resultGradient($0) }
    let parts = gradients.compactMap { $0 }
    if parts.count == sizes.count {
      return node.set(0, parts.count == 1 ? parts[0] : try node.emit("Concat", parts, ["axis": .int(axis)]))
    }
    // Parts that nothing depends on are zero.
    var (padded, start): ([ValueID], Int) = ([], 0)
    for (size, part) in zip(sizes, gradients) {
      if let part {
        var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
        (before[axis], after[axis]) = (start, shape[axis] - start - size)
        padded.append(try node.padded(part, before: before, after: after))
      }
      start += size
    }
    node.set(0, padded.count == 1 ? padded[0] : try node.emit("Sum", padded))
  }
}
