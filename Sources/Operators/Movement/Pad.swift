import Graph
import Runtime

/// The operand with elements added before and after (or, where negative, removed from) some axes: a constant, or its
/// own elements reflected, wrapped around or repeated at the edge.
package struct Pad: Operator {
  package static let name = "Pad"
  package static let channelFlow = ChannelFlow.movement

  private let mode: Padding.Mode

  package init(_ node: NodeAttributes) throws(OperatorError) {
    let name = try node.string("mode", default: "constant")
    guard let mode = Padding.Mode(rawValue: name) else { throw .invalid("attribute 'mode' is '\(name)'") }
    self.mode = mode
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    if let value = operands.optional(2), value.type != x.type || Shape.elementCount(value.shape) != 1 {
      throw .invalid("operand 2 (constant_value) must be one \(x.type.name)")
    }
    let padding = try padding(x.shape, try operands.constant(1, "pads"), try operands.optionalConstant(3))
    return [ValueInfo(type: x.type, shape: padding.result)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let padding = try padding(x.shape, try operands.required(1), operands.optional(3))
    return [padding.evaluate(x, fill: operands.optional(2))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    guard let pads = try plan.constant(node, 1) else { throw .valueNeeded(operand: 1) }
    let padding = try padding(x.shape, pads, try plan.constant(node, 3))
    let isZero = try plan.constant(node, 2)?.doubles.allSatisfy { $0 == 0 } ?? false
    try padding.lower(node, x, fill: isZero ? nil : try plan.optionalOperand(node, 2), into: &plan)
  }

  private func padding(_ shape: [Int], _ pads: Tensor, _ axes: Tensor?) throws(OperatorError) -> Padding {
    let axes = try Shape.resolved(axes: axes?.integers ?? Array(shape.indices), rank: shape.count)
    let pads = pads.integers
    guard pads.count == 2 * axes.count else {
      throw .invalid("\(pads.count) pads for \(axes.count) axes: two are needed for each")
    }
    var (before, after) = (shape.map { _ in 0 }, shape.map { _ in 0 })
    for (position, axis) in axes.enumerated() {
      before[axis] = pads[position]
      after[axis] = pads[axes.count + position]
    }
    return try Padding(mode, shape: shape, before: before, after: after)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.info(node.requiredOperand(0))
    guard let pads = try node.known(1) else { throw .valueNeeded(operand: 1) }
    let dx = try padding(x.shape, pads, node.known(3)).gradient(dy, &node)
    node.set(0, dx)
    // The constant stands wherever no element of the operand does.
    if mode == .constant, node.isWanted(2), let value = node.operand(2) {
      let all = try node.emit("ReduceSum", [dy], ["keepdims": .int(0)])
      let kept = try node.emit("ReduceSum", [dx], ["keepdims": .int(0)])
      node.set(2, try node.reshaped(node.difference(all, kept), to: node.info(value).shape))
    }
  }
}
