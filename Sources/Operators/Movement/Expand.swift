import Graph

/// The operand repeated to what its shape and the second operand broadcast to. Takes no memory in a plan.
package struct Expand: Operator {
  package static let name = "Expand"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    return [ValueInfo(type: x.type, shape: try expanded(x.shape, try operands.constant(1, "shape")))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [x.broadcast(to: try expanded(x.shape, try operands.required(1)))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    guard let target = try plan.constant(node, 1) else { throw .valueNeeded(operand: 1) }
    plan.bind(node, to: x.broadcast(to: try expanded(x.shape, target)))
  }

  private func expanded(_ shape: [Int], _ target: Tensor) throws(OperatorError) -> [Int] {
    guard let result = Shape.broadcast(shape, target.integers) else {
      throw .invalid("\(Shape.text(shape)) cannot be expanded to \(target.integers)")
    }
    return try Shape.checked(result)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try node.reduced(dy, toShapeOf: node.requiredOperand(0)))
  }
}
