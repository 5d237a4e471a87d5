import CKernels
import Graph
import Runtime

/// When Winograd's algorithm takes the place of a direct convolution, and what it needs.
extension PackedConvolution {
  /// The tile of a Winograd convolution from views `[N, H, W, C]`, or nil where a direct one is chosen or should be
  /// faster.
  func winogradTile(_ input: [Int], _ output: [Int], hasResidual: Bool, _ plan: inout Lowering) -> Int? {
    guard allowsWinograd else { return nil }
    let estimated = ConvolutionCost(self, input, output, plan).cheapest
    // Weights that are transformed in every run are for training, whose steps nobody tunes.
    guard case .constant = weights else { return estimated.tile }
    let layer = layer(input, output, hasResidual: hasResidual)
    var algorithm = plan.algorithms.algorithm(of: layer) ?? estimated
    if algorithm == .winogradTiled { algorithm = estimated }
    plan.note(algorithm, layer: layer)
    return algorithm.tile
  }

  /// What a choice of algorithms is remembered by.
  func layer(_ input: [Int], _ output: [Int], hasResidual: Bool) -> String {
    "\(Shape.text(input)) to \(Shape.text(output)) padding \(pad.0)x\(pad.1)\(hasResidual ? " residual" : "")"
  }

  var allowsWinograd: Bool { groups == 1 && kernel == (3, 3) && stride == (1, 1) && dilation == (1, 1) }

  /// The tile of its weights gradient by Winograd's algorithm for outputs `[N, H, W, C]`, where that is faster: enough
  /// channels to pay for the transforms of pixels, enough pixels to pay for those of the weights.
  func winogradGradientTile(_ output: [Int]) -> Int? {
    guard allowsWinograd, min(depth, columns) >= 8, output[0] * output[1] * output[2] >= 512 else { return nil }
    // Products a pixel: those of the tile that wastes fewer at the border; the smaller tile rounds less.
    func products(_ tile: Int) -> Int {
      (tile + 2) * (tile + 2) * ((output[1] + tile - 1) / tile) * ((output[2] + tile - 1) / tile)
    }
    let tile = products(4) < products(2) ? 4 : 2
    return 2 * products(tile) <= 9 * output[1] * output[2] ? tile : nil
  }

  /// Weights for Winograd's algorithm to outputs `[N, H, W, C]` and the bias, or nil where they do not lie as it wants them.
  func winogradWeights(
    _ tile: Int, _ output: [Int], into plan: inout Lowering
  ) throws(OperatorError) -> (LoweredView, bias: LoweredView?, panel: Int)? {
    switch weights {
    case .constant(let weights, let bias):
      guard let kernels = ek_kernels_for(plan.isa) ?? ek_kernels_for(EK_ISA_SCALAR) else { return nil }
      let panel = WinogradConvolutionInstruction.panel(
        output: output, tile: tile, for: plan.isa, usual: plan.panelColumns)
      let transformed = WinogradWeightsInstruction.transformed(
        weights, columns: columns, depth: depth, tile: tile, panel: panel, kernels)
      return (
        plan.constant(Tensor(transformed, shape: [transformed.count])),
        bias.isEmpty ? nil : plan.constant(Tensor(bias, shape: [bias.count])), panel
      )
    case .computed(let view, let bias, let reversesTaps):
      guard bias?.isContiguous ?? true else { return nil }
      let filters = view.removing(axis: 0)
      let count = (tile + 2) * (tile + 2) * ek_f32_packed_gemm_count(columns, depth, 1, plan.panelColumns)
      let transformed = try plan.temporary(type: .float32, shape: [count])
      plan.emit(
        WinogradWeightsInstruction(
          weights: plan.id(filters), output: plan.id(transformed), tile: Int32(tile), reversesTaps: reversesTaps),
        reads: [filters], writes: [transformed])
      return (transformed, bias, plan.panelColumns)
    }
  }
}
