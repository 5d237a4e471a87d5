import CKernels
import Graph
import Runtime

/// A 3 x 3 convolution of stride 2 whose result may be computed in tiles (`StridedTiledConvolutionInstruction`), between
/// chains of `TiledConvolution`: its time too is in proportion to its multiply-accumulates.
struct StridedTiledConvolution {
  private let node: Node
  private let convolution: PackedConvolution
  /// Of the result.
  private let grid: TileGrid
  private let input: [Int]
  private let output: [Int]

  /// Nil where it cannot be: other convolutions, weights that are computed, results whose sides are no multiples of a
  /// tile's or that have their place in something else's memory.
  init?(_ node: Node, _ geometry: ConvolutionGeometry, _ weights: KernelWeights, _ plan: Lowering) {
    let convolution = PackedConvolution(geometry, weights)
    let input = [geometry.batch, geometry.inputChannels] + geometry.window.input
    let output = geometry.outputShape
    guard convolution.groups == 1, convolution.kernel == (3, 3), convolution.stride == (2, 2),
      convolution.dilation == (1, 1), convolution.pad == (1, 1), case .constant = weights,
      let grid = plan.tileGrid(output), input[2] == 2 * output[2], input[3] == 2 * output[3],
      let result = node.output(0), plan.placement(of: result) == nil
    else { return nil }
    self.node = node
    self.convolution = convolution
    self.grid = grid
    self.input = input
    self.output = output
  }

  /// Whether tiles are chosen, or should be faster.
  func isChosen(_ plan: Lowering) -> Bool {
    func pixels(_ shape: [Int]) -> [Int] { [shape[0], shape[2], shape[3], shape[1]] }
    let hasResidual = node.input(Conv.residualPosition) != nil
    let layer = convolution.layer(pixels(input), pixels(output), hasResidual: hasResidual)
    if let algorithm = plan.algorithms.algorithm(of: layer) { return algorithm == .winogradTiled }
    return !plan.isReadInPixels(node, spatial: output.suffix(2)) && cost(plan) < costInPixels(plan)
  }

  /// In multiply-accumulates of a matrix product at full speed, as `ConvolutionCost` (Zen 5: the kernel is as fast as that
  /// of whole vectors with 32 registers, and two thirds as fast with 16).
  private func cost(_ plan: Lowering) -> Double {
    let channels = grid.block == 1 ? convolution.columns : grid.blocks(channels: convolution.columns) * grid.block
    let factors = 9 * TileGrid.pixels * grid.blocks(channels: convolution.depth) * channels
    let products = Double(factors) * Double(grid.plane) / (grid.lanes == 16 ? 0.9 : 0.6)
    return products + ConvolutionCost.reordering(input)
  }

  private func costInPixels(_ plan: Lowering) -> Double {
    let lanes = plan.depthwiseColumns
    let columns = (convolution.columns + lanes - 1) / lanes * lanes
    let products = 9 * Double(output[2] * output[3]) * Double(convolution.depth) * Double(columns) / 0.92
    return products + ConvolutionCost.reordering(output)
  }

  func emit(activation: FusedActivation, into plan: inout Lowering) throws(OperatorError) {
    guard case .constant(let weights, let bias) = convolution.weights, let result = node.output(0) else {
      throw .invalid("a strided tiled convolution lacks an operand")
    }
    let phases = try phases(&plan)
    let residual = try plan.tiledOperand(node, Conv.residualPosition, grid)
    let (values, shape) = StridedTiledConvolutionInstruction.packed(
      weights, columns: convolution.columns, depth: convolution.depth, grid)
    let packed = plan.constant(Tensor(values, shape: shape))
    let addend = bias.isEmpty ? nil : plan.constant(Tensor(bias, shape: [bias.count]))
    let target = try plan.tiledImage(channels: convolution.columns, grid)
    plan.emit(
      StridedTiledConvolutionInstruction(
        input: plan.id(phases), weights: plan.id(packed), bias: plan.id(addend), residual: plan.id(residual?.view),
        output: plan.id(target.view), tileRows: Int32(grid.rows), tileColumns: Int32(grid.columns),
        inputChannels: Int32(convolution.depth), outputChannels: Int32(convolution.columns), activation: activation),
      reads: [phases, packed, addend, residual?.view], writes: [target.view])
    plan.tiled[result] = target
  }

  /// The input's four phases in the result's tiles: every other line and pixel, from the first or the second on.
  private func phases(_ plan: inout Lowering) throws(OperatorError) -> LoweredView {
    let source = try plan.channelsLast(plan.operand(node, 0))
    var shape = grid.shape(channels: convolution.depth)
    let blocks = shape[0]
    shape[0] *= 4
    let phases = try plan.temporary(type: .float32, shape: shape)
    for phase in 0..<4 {
      let picked = source.sliced(axis: 2, start: phase / 2, count: output[2], step: 2)
        .sliced(axis: 3, start: phase % 2, count: output[3], step: 2)
      let image = phases.sliced(axis: 0, start: phase * blocks, count: blocks)
      plan.emit(
        TileOrderInstruction(
          input: plan.id(picked.pixels), output: plan.id(image), tileRows: Int32(grid.rows),
          tileColumns: Int32(grid.columns), makesTiles: true), reads: [source], writes: [image])
    }
    return phases
  }
}
