import Graph
import Runtime

/// Convolution over one to three spatial axes: X `[N, Cin, spatial...]`, W `[Cout, Cin / group, kernel...]`, B `[Cout]`.
///
/// Passes may add a fourth operand, added before a fused activation: `activation(conv(X, W) + B + residual)`.
package struct Conv: Operator {
  package static let name = "Conv"
  package static let channelFlow = ChannelFlow.convolution

  /// Position of the residual that a pass may add to ONNX's three operands.
  package static let residualPosition = 3

  private let window: SlidingWindow
  private let groups: Int
  private let activation: FusedActivation

  package init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    groups = try node.int("group", default: 1)
    activation = try node.fusedActivation()
  }

  private func geometry(_ x: [Int], _ w: [Int], _ bias: [Int]?) throws(OperatorError) -> ConvolutionGeometry {
    try ConvolutionGeometry(input: x, weights: w, bias: bias, groups: groups, window: window)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    let w = try operands.required(1, "W", types: [x.type])
    let bias = operands.optional(2)
    let shape = try geometry(x.shape, w.shape, bias?.shape).outputShape
    if let residual = operands.optional(Conv.residualPosition), residual.shape != shape {
      throw .invalid("the residual is \(Shape.text(residual.shape)), the result \(Shape.text(shape))")
    }
    for other in [bias, operands.optional(Conv.residualPosition)] where other != nil && other?.type != x.type {
      throw .invalid("bias or residual is \(other?.type.name ?? ""), the input \(x.type.name)")
    }
    return [ValueInfo(type: x.type, shape: shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, w) = (try operands.required(0), try operands.required(1))
    let bias = operands.optional(2)
    let geometry = try geometry(x.shape, w.shape, bias?.shape)
    var y = geometry.convolve(x.doubles, w.doubles, bias: bias?.doubles ?? [])
    if let residual = operands.optional(Conv.residualPosition)?.doubles {
      for i in y.indices { y[i] += residual[i] }
    }
    if activation != .identity { for i in y.indices { y[i] = activation.value(y[i]) } }
    return [Tensor(type: x.type, shape: geometry.outputShape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard let input = node.input(0), let filter = node.input(1) else { throw .invalid("an operand is missing") }
    let (x, filters) = (try plan.info(input), try plan.info(filter).shape)
    if x.type == .float64 || !PackedConvolution.accepts(filters) {
      try lowerDirect(node, into: &plan)
    } else if let (geometry, weights) = try constantWeights(node, x.shape, plan) {
      let allowsTiles = x.type == .float32 && activation.isClamp
      if allowsTiles, let tiled = TiledConvolution(node, geometry, weights, plan), tiled.isChosen(&plan) {
        try tiled.emit(activation: activation, into: &plan)
      } else if allowsTiles, let tiled = StridedTiledConvolution(node, geometry, weights, plan), tiled.isChosen(plan) {
        try tiled.emit(activation: activation, into: &plan)
      } else {
        try lowerPacked(node, PackedConvolution(geometry, weights), into: &plan)
      }
    } else {
      try lowerPacked(node, computedWeights(node, x.shape, into: &plan), into: &plan)
    }
  }

  /// Weights of one or two spatial axes: packed for a micro-kernel, when compiled if they are known then.
  private func lowerPacked(
    _ node: Node, _ kernel: PackedConvolution, into plan: inout Lowering
  ) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let residual = try plan.optionalOperand(node, Conv.residualPosition)
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast) { $0.isChannelsLast }
    let input = try plan.channelsLast(plan.widened(x))
    if kernel.isDepthwise {
      try kernel.emitDepthwise(
        input.pixels, to: work.pixels, activation: residual == nil ? activation : .identity, into: &plan)
      if let residual { plan.emit(.add, work, try plan.widened(residual), to: work, activation: activation) }
    } else {
      var addend = residual
      if let residual { addend = try plan.channelsLast(plan.widened(residual)) }
      try kernel.emit(
        input.pixels, residual: addend?.pixels, to: work.pixels, activation: activation, into: &plan)
    }
    plan.deliver(work, to: y)
  }

  /// Weights and bias that are known when compiled; nil where they are not.
  private func constantWeights(
    _ node: Node, _ input: [Int], _ plan: Lowering
  ) throws(OperatorError) -> (ConvolutionGeometry, KernelWeights)? {
    let bias = try plan.constant(node, 2)
    guard let weights = try plan.constant(node, 1), node.input(2) == nil || bias != nil else { return nil }
    let geometry = try geometry(input, weights.shape, bias?.shape)
    return (geometry, .constant(weights.floats, bias: bias?.floats ?? []))
  }

  private func computedWeights(
    _ node: Node, _ input: [Int], into plan: inout Lowering
  ) throws(OperatorError) -> PackedConvolution {
    let weights = try plan.widened(plan.operand(node, 1))
    var addend = try plan.optionalOperand(node, 2)
    if let given = addend { addend = try plan.widened(given) }
    let geometry = try geometry(input, weights.shape, addend?.shape)
    return PackedConvolution(geometry, .computed(weights.filters(groups: groups), bias: addend))
  }

  /// Three spatial axes, or float64: no packing.
  private func lowerDirect(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let w = try plan.widened(plan.operand(node, 1))
    var bias = try plan.optionalOperand(node, 2)
    if let given = bias { bias = try plan.widened(given) }
    let geometry = try geometry(x.shape, w.shape, bias?.shape)
    let residual = try plan.optionalOperand(node, Conv.residualPosition)
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    let input = try plan.widened(x)
    let window = geometry.window
    plan.emit(
      DirectConvolutionInstruction(
        input: plan.id(input), weights: plan.id(w), bias: plan.id(bias), output: plan.id(work),
        groups: Int32(clamping: groups), spatialRank: Int32(window.rank), kernel: window.kernelLanes,
        stride: window.strideLanes, dilation: window.dilationLanes, padBegin: window.padBeginLanes),
      reads: [input, w, bias], writes: [work])
    if let residual {
      plan.emit(.add, work, try plan.widened(residual), to: work, activation: activation)
    } else {
      plan.emit(activation, on: work)
    }
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard activation == .identity else { throw .unsupported("it has no derivative with a fused activation") }
    guard let dy = node.resultGradient(0) else { return }
    let (x, w) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let (input, kernel) = (try node.info(x).shape, Array(try node.info(w).shape.dropFirst(2)))
    var attributes = node.node.attributes.filter { !$0.key.hasPrefix("edge.") }
    attributes["kernel_shape"] = .ints(kernel)
    if node.isWanted(1) { node.set(1, try node.emit("ConvWeightsGradient", [x, dy], attributes)) }
    attributes["input_shape"] = .ints(input)
    if node.isWanted(0) { node.set(0, try node.emit("ConvDataGradient", [dy, w], attributes)) }
    if node.isWanted(2) { node.set(2, try node.channelSums(dy)) }
    if node.isWanted(Conv.residualPosition) { node.set(Conv.residualPosition, dy) }
  }
}

extension NodeGradient {
  /// A value `[N, C, spatial...]` summed over all axes but the channels': the derivative by a bias.
  mutating func channelSums(_ value: ValueID) throws(OperatorError) -> ValueID {
    let axes = try info(value).shape.indices.filter { $0 != 1 }
    return try emit("ReduceSum", [value, integers(axes)], ["keepdims": .int(0)])
  }
}
