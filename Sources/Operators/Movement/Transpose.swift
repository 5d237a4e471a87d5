import Graph

/// Axes in another order: axis i of the result is axis `perm[i]` of the operand; all reversed by default.
package struct Transpose: Operator {
  package static let name = "Transpose"
  package static let channelFlow = ChannelFlow.movement

  private let permutation: [Int]?

  package init(_ node: NodeAttributes) throws(OperatorError) { permutation = try node.ints("perm") }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    return [ValueInfo(type: x.type, shape: try axes(x.rank).map { x.shape[$0] })]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (axes, strides) = (try axes(x.shape.count), Shape.rowMajorStrides(x.shape))
    let shape = axes.map { x.shape[$0] }
    return [x.picking(Shape.positions(shape, strides: axes.map { strides[$0] }), shape: shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    plan.bind(node, to: x.permuted(try axes(x.rank)))
  }

  private func axes(_ rank: Int) throws(OperatorError) -> [Int] {
    guard let permutation else { return (0..<rank).reversed() }
    guard permutation.sorted() == Array(0..<rank) else {
      throw .invalid("attribute 'perm' \(permutation) is no permutation of \(rank) axes")
    }
    return permutation
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let axes = try axes(node.info(dy).rank)
    let inverse = axes.indices.sorted { axes[$0] < axes[$1] }
    node.set(0, try node.emit("Transpose", [dy], ["perm": .ints(inverse)]))
  }
}
