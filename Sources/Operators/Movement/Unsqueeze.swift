import Graph

/// The same elements with new axes of extent 1 at the positions (of the result) in the second operand.
package struct Unsqueeze: Operator {
  package static let name = "Unsqueeze"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    let axes = try operands.constant(1, "axes")
    return [ValueInfo(type: x.type, shape: try unsqueezed(x.shape, axes))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [x.reshaped(try unsqueezed(x.shape, try operands.required(1)))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    try plan.reshape(node, try plan.operand(node, 0))
  }

  private func unsqueezed(_ shape: [Int], _ axes: Tensor) throws(OperatorError) -> [Int] {
    let rank = shape.count + axes.elementCount
    let added = try Shape.resolved(axes: axes.integers, rank: rank)
    var rest = shape[...]
    return (0..<rank).map { added.contains($0) ? 1 : rest.popFirst() ?? 1 }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try node.setReshaped()
  }
}
