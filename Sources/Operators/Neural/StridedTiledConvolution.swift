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
    var (tiled, inPixels) = (cost.strideTwoTiled(layer.grid), cost.strideTwo)
    let (input, output) = (ConvolutionCost.reordering(layer.input), ConvolutionCost.reordering(layer.output))
    tiled += input
    if plan.isTiled(layer.node, 0) {
      if !plan.isReadInPixels(layer.node, 0) { inPixels += input }
      // By way of pixels.
      if wholeImage(plan) == nil { tiled += input }
    }
    if isReadInTiles(plan) { inPixels += output } else { tiled += output }
    return tiled < inPixels
  }

  /// The input, if its phases can be made of its tiles.
  private func wholeImage(_ plan: Lowering) -> TiledImage? {
    guard let image = layer.node.input(0).flatMap({ plan.tiled[$0] }), image.hasPhases(layer.grid) else { return nil }
    return image
  }

  /// Whether all that read the result are convolutions that are faster in tiles.
  private func isReadInTiles(_ plan: Lowering) -> Bool {
    guard !plan.isReadInPixels(layer.node, spatial: layer.output.suffix(2)), let result = layer.node.output(0) else {
      return false
    }
    return (plan.consumers[result] ?? []).allSatisfy { position in
      guard let columns = plan.graph.nodes[position].output(0).flatMap({ plan.infos[$0]?.shape.dropFirst().first })
      else { return false }
      let cost = layer.costOfNext(columns: columns, plan)
      return cost.tiled(layer.grid) < cost.cost(cost.cheapest)
    }
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
    let grid = layer.grid
    if let whole = wholeImage(plan) { return try plan.phases(of: whole, 4, in: grid).view }
    let source = try plan.channelsLast(plan.operand(layer.node, 0))
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
