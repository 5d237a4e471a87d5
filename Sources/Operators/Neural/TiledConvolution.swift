import CKernels
import Graph
import Runtime

/// A 3 x 3 convolution of stride 1 that may be computed on images in tiles (`TiledConvolutionInstruction`): its time is in
/// proportion to its multiply-accumulates with any numbers of channels.
///
/// Images are brought into tiles where a convolution wants them so, and back where something else reads them: chains of
/// convolutions stay in tiles, residual additions included.
struct TiledConvolution {
  private let layer: TiledLayer

  /// Nil where it cannot be.
  init?(_ node: Node, _ geometry: ConvolutionGeometry, _ weights: KernelWeights, _ plan: Lowering) {
    guard let layer = TiledLayer(node, geometry, weights, plan), layer.convolution.allowsWinograd,
      layer.output.dropFirst(2) == layer.input.dropFirst(2)
    else { return nil }
    self.layer = layer
  }

  /// Whether tiles are chosen, or should be faster.
  func isChosen(_ plan: inout Lowering) -> Bool {
    let chosen = plan.algorithms.algorithm(of: layer.key).map { $0 == .winogradTiled } ?? isCheaper(plan)
    if chosen { plan.note(.winogradTiled, layer: layer.key) }
    return chosen
  }

  private func isCheaper(_ plan: Lowering) -> Bool {
    let (node, cost) = (layer.node, layer.cost(plan))
    var tiled = cost.tiled(layer.grid)
    if !plan.isTiled(node, 0) { tiled += ConvolutionCost.reordering(layer.input) }
    // Channels that pad a residual cost as much either way.
    if let residual = node.input(Conv.residualPosition), !plan.isTiled(node, Conv.residualPosition),
      plan.paddedChannels[residual] == nil
    {
      tiled += ConvolutionCost.reordering(layer.output)
    }
    if plan.isReadInPixels(node, spatial: layer.output.suffix(2)) { tiled += ConvolutionCost.reordering(layer.output) }
    return tiled < cost.cost(cost.cheapest)
  }

  func emit(activation: FusedActivation, into plan: inout Lowering) throws(OperatorError) {
    let (convolution, grid) = (layer.convolution, layer.grid)
    guard let kernels = ek_kernels_for(plan.isa) ?? ek_kernels_for(EK_ISA_SCALAR),
      let source = try plan.tiledOperand(layer.node, 0, grid)
    else { throw .invalid("a tiled convolution lacks an operand") }
    let operands = try layer.operands(
      TiledConvolutionInstruction.transformed(
        layer.weights, columns: convolution.columns, depth: convolution.depth, grid, kernels), into: &plan)
    plan.emit(
      TiledConvolutionInstruction(
        input: plan.id(source.view), weights: plan.id(operands.weights), bias: plan.id(operands.bias),
        residual: plan.id(operands.residual), output: plan.id(operands.output), tileRows: Int32(grid.rows),
        tileColumns: Int32(grid.columns), activation: activation),
      reads: [source.view, operands.weights, operands.bias, operands.residual], writes: [operands.output])
  }
}
