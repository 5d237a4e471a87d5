import Graph
import Runtime

/// The input itself, as always outside training; on request a mask of all true.
package struct Dropout: Operator {
  package static let name = "Dropout"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "data")
    return [ValueInfo(type: x.type, shape: x.shape), ValueInfo(type: .bool, shape: x.shape)]
  }

  /// Training mode with a ratio above 0 is refused: its result is random.
  private func requireInference(ratio: Tensor?, training: Tensor?) throws(OperatorError) {
    let drops = (ratio?.doubles.first ?? 0.5) > 0
    if drops, training?.integers.first ?? 0 != 0 {
      throw .unsupported("training mode: export the model for inference, or set the ratio to 0")
    }
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    try requireInference(ratio: operands.optional(1), training: operands.optional(2))
    return [x, Tensor(type: .bool, shape: x.shape, bytes: Array(repeating: 1, count: x.elementCount))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    if node.input(2) != nil {
      guard let training = try plan.constant(node, 2) else { throw .valueNeeded(operand: 2) }
      let ratio = try plan.constant(node, 1)
      if ratio == nil, node.input(1) != nil { throw .valueNeeded(operand: 1) }
      try requireInference(ratio: ratio, training: training)
    }
    let x = try plan.operand(node, 0)
    plan.bind(node, to: x)
    if node.output(1) != nil {
      plan.bind(node, 1, to: plan.constant(Tensor(scalar: true)).broadcast(to: x.shape))
    }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    if let dy = node.resultGradient(0) { node.set(0, dy) }
  }
}
