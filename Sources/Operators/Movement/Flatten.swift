import Graph

/// A matrix of the same elements: axes before `axis` become rows, the others columns.
package struct Flatten: Operator {
  package static let name = "Flatten"
  package static let channelFlow = ChannelFlow.movement

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: 1) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    return [ValueInfo(type: x.type, shape: try flattened(x.shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [x.reshaped(try flattened(x.shape))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    try plan.reshape(node, try plan.operand(node, 0))
  }

  private func flattened(_ shape: [Int]) throws(OperatorError) -> [Int] {
    let split = axis == shape.count ? axis : try Shape.resolved(axis: axis, rank: shape.count)
    return [shape[..<split].reduce(1, *), shape[split...].reduce(1, *)]
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try node.setReshaped()
  }
}
