import Graph
import Runtime

/// The sums of products that ConvInteger and QLinearConv share: 8-bit integers, minus their zero points, into int32.
struct QuantizedConvolution {
  private let window: SlidingWindow
  private let groups: Int

  init(_ node: NodeAttributes) throws(OperatorError) {
    window = try SlidingWindow(node)
    groups = try node.int("group", default: 1)
  }

  /// Checks types and shapes of input, weights and their zero points.
  func geometry(
    _ x: ValueInfo, _ w: ValueInfo, xZero: ValueInfo?, wZero: ValueInfo?, bias: ValueInfo? = nil
  ) throws(OperatorError) -> ConvolutionGeometry {
    let geometry = try geometry(x.shape, w.shape, bias: bias?.shape)
    for (zero, owner, role) in [(xZero, x, "input"), (wZero, w, "weights")] {
      guard let zero else { continue }
      let perChannel = role == "weights" && zero.shape == [geometry.outputChannels]
      guard zero.type == owner.type, perChannel || zero.shape.reduce(1, *) == 1 else {
        throw .invalid("the zero point of the \(role) is \(zero.type.name) \(Shape.text(zero.shape))")
      }
    }
    if let bias, bias.type != .int32 { throw .invalid("the bias is \(bias.type.name): int32 is needed") }
    return geometry
  }

  private func geometry(_ x: [Int], _ w: [Int], bias: [Int]?) throws(OperatorError) -> ConvolutionGeometry {
    try ConvolutionGeometry(input: x, weights: w, bias: bias, groups: groups, window: window)
  }

  /// The sums, exact, and their shape.
  func sums(
    _ x: Tensor, _ w: Tensor, xZero: Tensor?, wZero: Tensor?, bias: Tensor?
  ) throws(OperatorError) -> (values: [Double], shape: [Int]) {
    let geometry = try geometry(x.shape, w.shape, bias: bias?.shape)
    let zero = xZero?.doubles.first ?? 0
    let input = x.doubles.map { $0 - zero }
    let zeros = wZero?.doubles ?? [0]
    let filter = w.elementCount / max(geometry.outputChannels, 1)
    var weights = w.doubles
    for i in weights.indices { weights[i] -= zeros[zeros.count == 1 ? 0 : i / filter] }
    return (geometry.convolve(input, weights, bias: bias?.doubles ?? []), geometry.outputShape)
  }

  /// Emits the sums; `sums` is int32.
  func emit(
    _ x: LoweredView, _ w: LoweredView, xZero: LoweredView?, wZero: LoweredView?, bias: LoweredView?,
    to sums: LoweredView, into plan: inout Lowering
  ) throws(OperatorError) {
    let geometry = try geometry(x.shape, w.shape, bias: bias?.shape)
    let (window, xZero) = (geometry.window, xZero?.reshaped(to: []))
    let wZero = wZero.map { $0.reshaped(to: []) ?? $0 }?.broadcast(to: [geometry.outputChannels])
    plan.emit(
      IntegerConvolutionInstruction(
        input: plan.id(x), inputZeroPoint: plan.id(xZero), weights: plan.id(w), weightZeroPoint: plan.id(wZero),
        bias: plan.id(bias), output: plan.id(sums), groups: Int32(clamping: groups),
        spatialRank: Int32(window.rank), kernel: window.kernelLanes, stride: window.strideLanes,
        dilation: window.dilationLanes, padBegin: window.padBeginLanes),
      reads: [x, xZero, w, wZero, bias], writes: [sums])
  }
}
