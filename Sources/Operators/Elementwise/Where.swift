import Graph
import Runtime

/// Elements of X where a condition holds, of Y elsewhere; all three are broadcast to each other.
package struct Where: Operator {
  package static let name = "Where"
  package static let channelFlow = ChannelFlow.elementwise

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    _ = try operands.required(0, "condition", types: [.bool])
    let (x, y) = (try operands.required(1, "X"), try operands.required(2, "Y"))
    guard x.type == y.type else {
      throw .invalid("its operands are of different types: \(x.type.name) and \(y.type.name)")
    }
    return [ValueInfo(type: x.type, shape: try operands.broadcastShape())]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let condition = try operands.required(0)
    let (x, y) = (try operands.required(1), try operands.required(2))
    guard let shape = Shape.broadcast(condition.shape, Shape.broadcast(x.shape, y.shape) ?? []) else {
      throw .invalid("its shapes do not broadcast")
    }
    let both = Tensor(type: x.type, shape: [x.elementCount + y.elementCount], bytes: x.bytes + y.bytes)
    let fromX = Shape.positions(shape, strides: Shape.broadcastStrides(x.shape, to: shape))
    let fromY = Shape.positions(shape, strides: Shape.broadcastStrides(y.shape, to: shape), offset: x.elementCount)
    let holds = condition.broadcast(to: shape).integers
    return [both.picking(holds.indices.map { holds[$0] != 0 ? fromX[$0] : fromY[$0] }, shape: shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let condition = try plan.operand(node, 0)
    let (x, y) = (try plan.operand(node, 1), try plan.operand(node, 2))
    let result = try plan.firstResult(node, order: plan.order(ofResultOf: [x, y, condition]))
    plan.select(condition, x, y, to: result)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let condition = try node.requiredOperand(0)
    let zero = try node.scalar(0, like: dy)
    for position in 1...2 where node.isWanted(position) {
      let part = try node.emit("Where", [condition, position == 1 ? dy : zero, position == 1 ? zero : dy])
      node.set(position, try node.reduced(part, toShapeOf: node.requiredOperand(position)))
    }
  }
}
