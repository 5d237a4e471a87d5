import Graph
import Runtime

/// Batch normalisation by the batch's own statistics, with what usually follows it:
/// `Y = activation((X - mean) / sqrt(variance + epsilon) * scale + bias + residual)`.
///
/// Operands X `[N, C, ...]`, scale `[C]`, bias `[C]` and, if there is one, residual (X's shape); results Y, and mean and
/// variance (the mean squared distance) of the batch, `[C]`. Its derivative needs all three results. The activation is a
/// clamp.
package struct BatchNormalizationTraining: Operator {
  package static let name = "BatchNormalizationTraining"

  private let epsilon: Float
  private let activation: FusedActivation

  package init(_ node: NodeAttributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    activation = try node.fusedClamp()
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.batch(0, "X")
    let statistics = ValueInfo(type: x.type, shape: [x.shape[1]])
    for (position, role) in [(1, "scale"), (2, "bias")] { try operands.require(position, role, like: statistics) }
    if operands.optional(3) != nil { try operands.require(3, "residual", like: x) }
    return [ValueInfo(type: x.type, shape: x.shape), statistics, statistics]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (scale, bias) = (try operands.required(1).doubles, try operands.required(2).doubles)
    let (values, residual) = (x.doubles, operands.optional(3)?.doubles)
    let channels = ChannelIndex(x.shape)
    let mean = channels.sums(values).map { $0 / channels.pixels }
    let squares = values.indices.map { (values[$0] - mean[channels[$0]]).squared }
    let variance = channels.sums(squares).map { $0 / channels.pixels }
    let y = values.indices.map { i in
      let c = channels[i]
      let normal = (values[i] - mean[c]) / (variance[c] + Double(epsilon)).squareRoot()
      return activation.value(normal * scale[c] + bias[c] + (residual?[i] ?? 0))
    }
    return [
      Tensor(type: x.type, shape: x.shape, doubles: y), Tensor(type: x.type, shape: [mean.count], doubles: mean),
      Tensor(type: x.type, shape: [mean.count], doubles: variance),
    ]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let mean = try plan.resultOrTemporary(node, 1, type: x.type, shape: [x.shape[1]])
    let variance = try plan.resultOrTemporary(node, 2, type: x.type, shape: [x.shape[1]])
    if x.type != .float32 { return try compose(node, x, mean, variance, &plan) }
    let pixels = try plan.channelsLast(x)
    let (scale, bias) = (try plan.operand(node, 1), try plan.operand(node, 2))
    let residual = try plan.optionalOperand(node, 3).map { (view) throws(OperatorError) in try plan.channelsLast(view) }
    let partials = try plan.chunkSums(of: pixels)
    plan.emit(
      BatchMomentsInstruction(input: plan.id(pixels), partials: plan.id(partials)), reads: [pixels],
      writes: [partials])
    plan.emit(
      BatchStatisticsInstruction(
        partials: plan.id(partials), mean: plan.id(mean), variance: plan.id(variance),
        rows: Int32(x.elementCount / x.shape[1])), reads: [partials], writes: [mean, variance])
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast) { $0.isChannelsLast }
    let (lower, upper) = activation.bounds
    plan.emit(
      BatchNormalizeInstruction(
        input: plan.id(pixels), scale: plan.id(scale), bias: plan.id(bias), mean: plan.id(mean),
        variance: plan.id(variance), residual: plan.id(residual), output: plan.id(work), epsilon: epsilon,
        lower: lower, upper: upper),
      reads: [pixels, scale, bias, mean, variance, residual], writes: [work])
    plan.deliver(work, to: y)
  }

  /// The same out of general instructions, for float64.
  private func compose(
    _ node: Node, _ x: LoweredView, _ mean: LoweredView, _ variance: LoweredView, _ plan: inout Lowering
  ) throws(OperatorError) {
    let y = try plan.firstResult(node, order: .like(x))
    let centered = try plan.temporary(type: x.type, shape: x.shape, order: .like(x))
    plan.reduceToChannels(.mean, x, to: mean)
    plan.emit(.subtract, x, mean.perChannel(rank: x.rank), to: centered)
    plan.emit(.multiply, centered, centered, to: y)
    plan.reduceToChannels(.mean, y, to: variance)
    let factor = try plan.deviation(variance, epsilon: epsilon)
    plan.emit(.divide, try plan.operand(node, 1), factor, to: factor)
    plan.emit(.multiply, centered, factor.perChannel(rank: x.rank), to: y)
    plan.emit(.add, y, try plan.operand(node, 2).perChannel(rank: x.rank), to: y)
    if let residual = try plan.optionalOperand(node, 3) { plan.emit(.add, y, residual, to: y) }
    plan.emit(activation, on: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    let (x, scale) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let (mean, variance) = (try node.result(1), try node.result(2))
    var byInput: ValueID?
    if let dy = node.resultGradient(0) {
      let y = activation == .identity ? nil : try node.result(0)
      let results = try node.emit(
        BatchNormalizationGradient.name, [dy, x, y, scale, mean, variance], node.node.attributes,
        results: node.isWanted(3) ? 4 : 3)
      byInput = results[0]
      node.set(1, results[1])
      node.set(2, results[2])
      if node.isWanted(3) { node.set(3, results[3]) }
    }
    // Where the loss depends on the statistics themselves.
    let shape = try node.info(x).shape
    let perChannel = node.integers([shape[1]] + shape.dropFirst(2).map { _ in 1 })
    let pixels = Double(shape.reduce(1, *) / shape[1])
    for (result, factor) in [(1, 1 / pixels), (2, 2 / pixels)] {
      guard let given = node.resultGradient(result), node.isWanted(0) else { continue }
      let share = try node.emit("Mul", [given, node.scalar(factor, like: x)])
      var term = try node.emit("Reshape", [share, perChannel])
      if result == 2 {
        let center = try node.emit("Reshape", [mean, perChannel])
        term = try node.emit("Mul", [term, node.emit("Sub", [x, center])])
      } else {
        term = try node.emit("Expand", [term, node.integers(shape)])
      }
      byInput = try byInput.map { (other) throws(OperatorError) in try node.emit("Add", [other, term]) } ?? term
    }
    if let byInput { node.set(0, byInput) }
  }
}
