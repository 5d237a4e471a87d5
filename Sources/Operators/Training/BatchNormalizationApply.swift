import Graph
import Runtime

/// `BatchNormalizationTraining` once more, by statistics that are known: its result for a backward pass that did not
/// keep it.
///
/// Operands X `[N, C, ...]`, scale, bias, mean and variance `[C]`; result Y, the same bits as the first time.
package struct BatchNormalizationApply: Operator {
  package static let name = "BatchNormalizationApply"

  private let epsilon: Float
  private let activation: FusedActivation

  package init(_ node: NodeAttributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    activation = try node.fusedClamp()
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.batch(0, "X")
    let vector = ValueInfo(type: x.type, shape: [x.shape[1]])
    for (position, role) in [(1, "scale"), (2, "bias"), (3, "mean"), (4, "variance")] {
      try operands.require(position, role, like: vector)
    }
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (scale, bias) = (try operands.required(1).doubles, try operands.required(2).doubles)
    let (mean, variance) = (try operands.required(3).doubles, try operands.required(4).doubles)
    let channels = ChannelIndex(x.shape)
    let y = x.doubles.enumerated().map { i, value in
      let c = channels[i]
      return activation.value((value - mean[c]) / (variance[c] + Double(epsilon)).squareRoot() * scale[c] + bias[c])
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    guard x.type == .float32 else { throw .unsupported("\(x.type.name) in a compiled plan") }
    let pixels = try plan.channelsLast(x)
    var vectors: [LoweredView] = []
    for position in 1...4 { vectors.append(try plan.operand(node, position)) }
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast) { $0.isChannelsLast }
    let (lower, upper) = activation.bounds
    plan.emit(
      BatchNormalizeInstruction(
        input: plan.id(pixels), scale: plan.id(vectors[0]), bias: plan.id(vectors[1]), mean: plan.id(vectors[2]),
        variance: plan.id(vectors[3]), residual: .none, output: plan.id(work), epsilon: epsilon, lower: lower,
        upper: upper),
      reads: [pixels] + vectors, writes: [work])
    plan.deliver(work, to: y)
  }
}
