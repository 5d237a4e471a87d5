import Graph
import Runtime

/// Groups of channels of every image standardised together, times `scale[c]`, plus `bias[c]`.
package struct GroupNormalization: Operator {
  package static let name = "GroupNormalization"

  private let standardization: Standardization
  private let groups: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    standardization = Standardization(epsilon: try node.float("epsilon", default: 1e-5))
    guard let groups = try node.optionalInt("num_groups") else { throw .invalid("attribute 'num_groups' is missing") }
    self.groups = groups
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    guard x.rank >= 2 else { throw .invalid("the input has \(x.rank) axes: batch and channels are needed") }
    guard groups >= 1, x.shape[1] % groups == 0 else {
      throw .invalid("\(x.shape[1]) channels cannot be cut into \(groups) groups")
    }
    try operands.requireVectors([(1, "scale"), (2, "bias")], of: x.type, count: x.shape[1])
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (scale, bias) = (try operands.required(1).doubles, try operands.required(2).doubles)
    let plane = x.shape[2...].reduce(1, *)
    let (standard, _, _) = standardization.apply(x.doubles, run: x.shape[1] / groups * plane)
    let y = standard.indices.map { i in
      let c = i / plane % scale.count
      return standard[i] * scale[c] + bias[c]
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    guard x.rank < maximumRank else { throw .unsupported("an input of \(x.rank) axes") }
    let width = x.shape[1] / groups
    let scale = try plan.widened(plan.operand(node, 1)).perChannel(rank: x.rank)
    let bias = try plan.widened(plan.operand(node, 2)).perChannel(rank: x.rank)
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    try standardization.emit(
      x.splitting(axis: 1, inner: width), axes: 2..<(x.rank + 1), scale: scale.splitting(axis: 0, inner: width),
      bias: bias.splitting(axis: 0, inner: width), to: work.splitting(axis: 1, inner: width), into: &plan)
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.requiredOperand(0)
    let shape = try node.info(x).shape
    // A group is one run: [N, groups, all its elements].
    let grouped = [shape[0], groups, shape[1] / groups * shape[2...].reduce(1, *)]
    let runs = try StandardizedRuns(
      node.reshaped(x, to: grouped), axes: [2], epsilon: standardization.epsilon, &node)
    if node.isWanted(0) {
      let scaled = try node.product(dy, node.perChannel(node.requiredOperand(1), rank: shape.count))
      let dx = try runs.gradient(from: node.reshaped(scaled, to: grouped), &node)
      node.set(0, try node.reshaped(dx, to: shape))
    }
    let standard = try node.reshaped(runs.standard, to: shape)
    try StandardizedRuns.setParameters(dy, standard: standard, arePerChannel: true, &node)
  }
}
