import Graph
import Runtime

/// Every channel of every image standardised, times `scale[c]`, plus `B[c]`.
package struct InstanceNormalization: Operator {
  package static let name = "InstanceNormalization"
  package static let channelFlow = ChannelFlow.channelwise

  private let standardization: Standardization

  package init(_ node: NodeAttributes) throws(OperatorError) {
    standardization = Standardization(epsilon: try node.float("epsilon", default: 1e-5))
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input", types: .floatingPoint)
    guard x.rank >= 3 else {
      throw .invalid("the input has \(x.rank) axes: batch, channels and at least one spatial axis are needed")
    }
    try operands.requireVectors([(1, "scale"), (2, "B")], of: x.type, count: x.shape[1])
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (scale, bias) = (try operands.required(1).doubles, try operands.required(2).doubles)
    let count = x.shape[2...].reduce(1, *)
    let (standard, _, _) = standardization.apply(x.doubles, run: count)
    let y = standard.indices.map { i in
      let c = i / count % scale.count
      return standard[i] * scale[c] + bias[c]
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let scale = try plan.widened(plan.operand(node, 1)).perChannel(rank: x.rank)
    let bias = try plan.widened(plan.operand(node, 2)).perChannel(rank: x.rank)
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    try standardization.emit(x, axes: 2..<x.rank, scale: scale, bias: bias, to: work, into: &plan)
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.requiredOperand(0)
    let rank = try node.info(x).rank
    let runs = try StandardizedRuns(x, axes: Array(2..<rank), epsilon: standardization.epsilon, &node)
    if node.isWanted(0) {
      let scaled = try node.product(dy, node.perChannel(node.requiredOperand(1), rank: rank))
      node.set(0, try runs.gradient(from: scaled, &node))
    }
    try StandardizedRuns.setParameters(dy, standard: runs.standard, arePerChannel: true, &node)
  }
}

extension Array where Element == ValueInfo? {
  /// Checks that some operands are vectors of a type with a number for each of `count` channels.
  func requireVectors(
    _ positions: [(Int, String)], of type: ElementType, count: Int
  ) throws(OperatorError) {
    for (position, role) in positions {
      let vector = try required(position, role, types: [type])
      guard vector.shape == [count] else {
        throw .invalid("\(role) is \(Shape.text(vector.shape)): \(count) channels need as many numbers")
      }
    }
  }
}
