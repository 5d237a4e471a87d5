import Graph
import Runtime

/// The derivative of `BatchNormalizationTraining`, statistics included.
///
/// Operands dY, X, Y (needed where there is an activation), scale, mean and variance; results dX, dscale, dbias and, on
/// request, the residual's: dY where the activation let Y through, else 0.
package struct BatchNormalizationGradient: Operator {
  package static let name = "BatchNormalizationGradient"

  private let epsilon: Float
  private let activation: FusedActivation

  package init(_ node: NodeAttributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    activation = try node.fusedClamp()
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.batch(1, "X")
    let statistics = ValueInfo(type: x.type, shape: [x.shape[1]])
    try operands.require(0, "dY", like: x)
    if activation != .identity { try operands.require(2, "Y", like: x) }
    for (position, role) in [(3, "scale"), (4, "mean"), (5, "variance")] {
      try operands.require(position, role, like: statistics)
    }
    let dx = ValueInfo(type: x.type, shape: x.shape)
    return [dx, statistics, statistics, dx]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (dy, x) = (try operands.required(0), try operands.required(1))
    let scale = try operands.required(3).doubles
    let (mean, variance) = (try operands.required(4).doubles, try operands.required(5).doubles)
    let mask = activation == .identity ? nil : activation.passes(try operands.required(2).doubles)
    let g = dy.doubles.enumerated().map { i, value in mask?[i] ?? true ? value : 0 }
    let channels = ChannelIndex(x.shape)
    let deviation = variance.map { ($0 + Double(epsilon)).squareRoot() }
    let normal = x.doubles.enumerated().map { i, value in (value - mean[channels[i]]) / deviation[channels[i]] }
    let byBias = channels.sums(g)
    let byScale = channels.sums(zip(g, normal).map { $0 * $1 })
    let dx = g.indices.map { i in
      let c = channels[i]
      return scale[c] / deviation[c] * (g[i] - byBias[c] / channels.pixels - normal[i] * byScale[c] / channels.pixels)
    }
    return [
      Tensor(type: x.type, shape: x.shape, doubles: dx), Tensor(type: x.type, shape: [mean.count], doubles: byScale),
      Tensor(type: x.type, shape: [mean.count], doubles: byBias), Tensor(type: x.type, shape: x.shape, doubles: g),
    ]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (dy, x) = (try plan.operand(node, 0), try plan.operand(node, 1))
    let byScale = try plan.resultOrTemporary(node, 1, type: x.type, shape: [x.shape[1]])
    let byBias = try plan.resultOrTemporary(node, 2, type: x.type, shape: [x.shape[1]])
    if x.type != .float32 { return try compose(node, x, byScale, byBias, &plan) }
    let (given, pixels) = (try plan.channelsLast(dy), try plan.channelsLast(x))
    let (scale, mean, variance) = (
      try plan.operand(node, 3), try plan.operand(node, 4), try plan.operand(node, 5)
    )
    let y = activation == .identity ? nil : try plan.channelsLast(plan.operand(node, 2))
    let partials = try plan.chunkSums(of: pixels)
    let (lower, upper) = activation.bounds
    plan.emit(
      BatchGradientSumsInstruction(
        gradient: plan.id(given), input: plan.id(pixels), y: plan.id(y), mean: plan.id(mean),
        partials: plan.id(partials), lower: lower, upper: upper),
      reads: [given, pixels, y, mean], writes: [partials])
    plan.emit(
      BatchGradientTotalsInstruction(
        partials: plan.id(partials), variance: plan.id(variance), scaleGradient: plan.id(byScale),
        biasGradient: plan.id(byBias), epsilon: epsilon),
      reads: [partials, variance], writes: [byScale, byBias])
    let dx = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: dx, order: .channelsLast) { $0.isChannelsLast }
    var masked: LoweredView?
    if activation == .identity {
      plan.bind(node, 3, to: dy)
    } else if node.output(3) != nil {
      masked = try plan.result(node, 3, order: .channelsLast)
    }
    let workMasked = try masked.map { (view) throws(OperatorError) in
      try plan.workspace(for: view, order: .channelsLast) { $0.isChannelsLast }
    }
    plan.emit(
      BatchNormalizeGradientInstruction(
        gradient: plan.id(given), input: plan.id(pixels), y: plan.id(y), scale: plan.id(scale), mean: plan.id(mean),
        variance: plan.id(variance), scaleGradient: plan.id(byScale), biasGradient: plan.id(byBias),
        output: plan.id(work), masked: plan.id(workMasked), epsilon: epsilon, lower: lower, upper: upper),
      reads: [given, pixels, y, scale, mean, variance, byScale, byBias], writes: [work, workMasked])
    plan.deliver(work, to: dx)
    if let masked, let workMasked { plan.deliver(workMasked, to: masked) }
  }

  /// The same out of general instructions, for float64.
  private func compose(
    _ node: Node, _ x: LoweredView, _ byScale: LoweredView, _ byBias: LoweredView, _ plan: inout Lowering
  ) throws(OperatorError) {
    var g = try plan.operand(node, 0)
    if activation != .identity {
      let masked = try plan.resultOrTemporary(node, 3, type: x.type, shape: x.shape, order: .like(x))
      plan.mask(g, by: try plan.operand(node, 2), bounds: activation.bounds, to: masked)
      g = masked
    } else {
      plan.bind(node, 3, to: g)
    }
    let dx = try plan.firstResult(node, order: .like(x))
    let normal = try plan.temporary(type: x.type, shape: x.shape, order: .like(x))
    let deviation = try plan.deviation(plan.operand(node, 5), epsilon: epsilon)
    let terms = try plan.temporary(type: x.type, shape: byScale.shape)
    plan.emit(.subtract, x, try plan.operand(node, 4).perChannel(rank: x.rank), to: normal)
    plan.emit(.divide, normal, deviation.perChannel(rank: x.rank), to: normal)
    plan.reduceToChannels(.sum, g, to: byBias)
    plan.emit(.multiply, g, normal, to: dx)
    plan.reduceToChannels(.sum, dx, to: byScale)
    let pixels = plan.constant(
      Tensor(type: x.type, shape: [], doubles: [Double(x.elementCount / max(x.shape[1], 1))]))
    plan.emit(.divide, byScale, pixels, to: terms)
    plan.emit(.multiply, normal, terms.perChannel(rank: x.rank), to: normal)
    plan.emit(.subtract, g, normal, to: dx)
    plan.emit(.divide, byBias, pixels, to: terms)
    plan.emit(.subtract, dx, terms.perChannel(rank: x.rank), to: dx)
    plan.emit(.divide, try plan.operand(node, 3), deviation, to: deviation)
    plan.emit(.multiply, dx, deviation.perChannel(rank: x.rank), to: dx)
  }
}
