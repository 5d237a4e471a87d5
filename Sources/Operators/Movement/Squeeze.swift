import Graph

/// The same elements without some axes of extent 1: those of the second operand, or all.
package struct Squeeze: Operator {
  package static let name = "Squeeze"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    let axes = try operands.optionalConstant(1)
    return [ValueInfo(type: x.type, shape: try squeezed(x.shape, axes))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [x.reshaped(try squeezed(x.shape, operands.optional(1)))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    try plan.reshape(node, try plan.operand(node, 0))
  }

  private func squeezed(_ shape: [Int], _ axes: Tensor?) throws(OperatorError) -> [Int] {
    let removed =
      try axes.map { (axes) throws(OperatorError) in
        try Shape.resolved(axes: axes.integers, rank: shape.count)
      } ?? shape.indices.filter { shape[$0] == 1 }
    for axis in removed where shape[axis] != 1 {
      throw .invalid("axis \(axis) of \(Shape.text(shape)) cannot be removed: its extent is not 1")
    }
    return shape.indices.filter { !removed.contains($0) }.map { shape[$0] }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try node.setReshaped()
  }
}
