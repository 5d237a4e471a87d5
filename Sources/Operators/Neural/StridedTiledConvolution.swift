import Graph
import Runtime

/// A 3 x 3 convolution of stride 2 whose result may be computed in tiles (`StridedTiledConvolutionInstruction`), between
/// chains of `TiledConvolution`: its time too is in proportion to its multiply-accumulates.
struct StridedTiledConvolution {
  private let layer: TiledLayer

  /// Nil where it cannot be.
  init?(_ node: Node, _ geometry: ConvolutionGeometry, _ weights: KernelWeights, _ plan: Lowering) {
    guard let layer = TiledLayer(node, geometry, weights, plan), layer.convolution.stride == (2, 2),
      layer.input.dropFirst(2).elementsEqual(layer.output.dropFirst(2).map { 2 * $0 })
    else { return nil }
    self.layer = layer
  }

  /// Whether tiles are chosen, or should be faster.
  func isChosen(_ plan: Lowering) -> Bool {
    if let algorithm = plan.algorithms.algorithm(of: layer.key) { return algorithm == .winogradTiled }
    let cost = layer.cost(plan)
    return !plan.isReadInPixels(layer.node, spatial: layer.output.suffix(2))
      && cost.strideTwoTiled(layer.grid) + ConvolutionCost.reordering(layer.input)
        < cost.strideTwo + ConvolutionCost.reordering(layer.output)
  }

  func emit(activation: FusedActivation, into plan: inout Lowering) throws(OperatorError) {
    let (convolution, grid) = (layer.convolution, layer.grid)
    let phases = try phases(&plan)
    let operands = try layer.operands(
      StridedTiledConvolutionInstruction.packed(
        layer.weights, columns: convolution.columns, depth: convolution.depth, grid), into: &plan)
    plan.emit(
      StridedTiledConvolutionInstruction(
        input: plan.id(phases), weights: plan.id(operands.weights), bias: plan.id(operands.bias),
        residual: plan.id(operands.residual), output: plan.id(operands.output), tileRows: Int32(grid.rows),
        tileColumns: Int32(grid.columns), inputChannels: Int32(convolution.depth),
        outputChannels: Int32(convolution.columns), activation: activation),
      reads: [phases, operands.weights, operands.bias, operands.residual], writes: [operands.output])
  }

  /// The input's four phases in the result's tiles: every other line and pixel, from the first or the second on.
  private func phases(_ plan: inout Lowering) throws(OperatorError) -> LoweredView {
    let source = try plan.channelsLast(plan.operand(layer.node, 0))
    let grid = layer.grid
    var shape = grid.shape(channels: layer.convolution.depth)
    let blocks = shape[0]
    shape[0] *= 4
    let phases = try plan.temporary(type: .float32, shape: shape)
    for phase in 0..<4 {
      let picked = source.sliced(axis: 2, start: phase / 2, count: layer.output[2], step: 2)
        .sliced(axis: 3, start: phase % 2, count: layer.output[3], step: 2)
      let image = phases.sliced(axis: 0, start: phase * blocks, count: blocks)
      plan.emit(
        TileOrderInstruction(
          input: plan.id(picked.pixels), output: plan.id(image), tileRows: Int32(grid.rows),
          tileColumns: Int32(grid.columns), makesTiles: true), reads: [source], writes: [image])
    }
    return phases
  }
}
