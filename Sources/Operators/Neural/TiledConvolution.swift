import CKernels
import Graph
import Runtime

/// A 3 x 3 convolution of stride 1 that may be computed on images in tiles (`TiledConvolutionInstruction`): its time is in
/// proportion to its multiply-accumulates with any numbers of channels.
///
/// Images are brought into tiles where a convolution wants them so, and back where something else reads them: chains of
/// convolutions stay in tiles, residual additions included.
struct TiledConvolution {
  private let node: Node
  private let convolution: PackedConvolution
  private let grid: TileGrid
  private let input: [Int]
  private let output: [Int]

  /// Nil where it cannot be: other convolutions, weights that are computed, images whose sides are no multiples of a tile's,
  /// results that have their place in something else's memory.
  init?(_ node: Node, _ geometry: ConvolutionGeometry, _ weights: KernelWeights, _ plan: Lowering) {
    let convolution = PackedConvolution(geometry, weights)
    let input = [geometry.batch, geometry.inputChannels] + geometry.window.input
    guard convolution.allowsWinograd, convolution.pad == (1, 1), case .constant = weights,
      geometry.outputShape.dropFirst(2) == input.dropFirst(2), let grid = plan.tileGrid(input),
      let result = node.output(0), plan.placement(of: result) == nil
    else { return nil }
    self.node = node
    self.convolution = convolution
    self.grid = grid
    self.input = input
    output = geometry.outputShape
  }

  /// Whether tiles are chosen, or should be faster.
  func isChosen(_ plan: inout Lowering) -> Bool {
    func pixels(_ shape: [Int]) -> [Int] { [shape[0], shape[2], shape[3], shape[1]] }
    let hasResidual = node.input(Conv.residualPosition) != nil
    let layer = convolution.layer(pixels(input), pixels(output), hasResidual: hasResidual)
    let chosen: Bool
    if let algorithm = plan.algorithms.algorithm(of: layer) {
      chosen = algorithm == .winogradTiled
    } else {
      chosen = isCheaper(ConvolutionCost(convolution, pixels(input), pixels(output), plan), plan)
    }
    if chosen { plan.note(.winogradTiled, layer: layer) }
    return chosen
  }

  private func isCheaper(_ cost: ConvolutionCost, _ plan: Lowering) -> Bool {
    var tiled = cost.tiled(grid)
    if !plan.isTiled(node, 0) { tiled += ConvolutionCost.reordering(input) }
    // Channels that pad a residual cost as much either way.
    if let residual = node.input(Conv.residualPosition), !plan.isTiled(node, Conv.residualPosition),
      plan.paddedChannels[residual] == nil
    {
      tiled += ConvolutionCost.reordering(output)
    }
    if plan.isReadInPixels(node, spatial: output.suffix(2)) { tiled += ConvolutionCost.reordering(output) }
    return tiled < cost.cost(cost.cheapest)
  }

  func emit(activation: FusedActivation, into plan: inout Lowering) throws(OperatorError) {
    guard case .constant(let weights, let bias) = convolution.weights, let result = node.output(0),
      let kernels = ek_kernels_for(plan.isa) ?? ek_kernels_for(EK_ISA_SCALAR),
      let source = try plan.tiledOperand(node, 0, grid)
    else { throw .invalid("a tiled convolution lacks an operand") }
    let residual = try plan.tiledOperand(node, Conv.residualPosition, grid)
    let (transformed, shape) = TiledConvolutionInstruction.transformed(
      weights, columns: convolution.columns, depth: convolution.depth, grid, kernels)
    let packed = plan.constant(Tensor(transformed, shape: shape))
    let addend = bias.isEmpty ? nil : plan.constant(Tensor(bias, shape: [bias.count]))
    let target = try plan.tiledImage(channels: convolution.columns, grid)
    plan.emit(
      TiledConvolutionInstruction(
        input: plan.id(source.view), weights: plan.id(packed), bias: plan.id(addend), residual: plan.id(residual?.view),
        output: plan.id(target.view), tileRows: Int32(grid.rows), tileColumns: Int32(grid.columns),
        activation: activation),
      reads: [source.view, packed, addend, residual?.view], writes: [target.view])
    plan.tiled[result] = target
  }
}
