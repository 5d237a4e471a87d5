import Graph

/// The operand itself.
package struct Identity: Operator {
  package static let name = "Identity"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    [try operands.required(0, "input")]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] { [try operands.required(0)] }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    plan.bind(node, to: try plan.operand(node, 0))
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    if let dy = node.resultGradient(0) { node.set(0, dy) }
  }
}
