import Graph
import Runtime

/// A 3 x 3 convolution whose result can be computed in tiles: what those of stride 1 (`TiledConvolution`) and of stride 2
/// (`StridedTiledConvolution`) have in common.
struct TiledLayer {
  let node: Node
  let convolution: PackedConvolution
  /// Of the result.
  let grid: TileGrid
  /// `[1, Cin, H, W]`.
  let input: [Int]
  /// `[1, Cout, H, W]`.
  let output: [Int]
  /// `[Cout, Cin, 3, 3]`.
  let weights: [Float]
  private let bias: [Float]
  private let result: ValueID

  /// Nil where it cannot be: other convolutions, weights that are computed, results whose sides are no multiples of a
  /// tile's or that have their place in something else's memory.
  init?(_ node: Node, _ geometry: ConvolutionGeometry, _ weights: KernelWeights, _ plan: Lowering) {
    let convolution = PackedConvolution(geometry, weights)
    guard convolution.groups == 1, convolution.kernel == (3, 3), convolution.dilation == (1, 1),
      convolution.pad == (1, 1), case .constant(let values, let bias) = weights,
      let grid = plan.tileGrid(geometry.outputShape), let result = node.output(0), plan.placement(of: result) == nil
    else { return nil }
    self.node = node
    self.convolution = convolution
    self.grid = grid
    input = [geometry.batch, geometry.inputChannels] + geometry.window.input
    output = geometry.outputShape
    self.weights = values
    self.bias = bias
    self.result = result
  }

  private static func pixels(_ shape: [Int]) -> [Int] { [shape[0], shape[2], shape[3], shape[1]] }

  /// What a choice of algorithms is remembered by.
  var key: String {
    convolution.layer(
      Self.pixels(input), Self.pixels(output), hasResidual: node.input(Conv.residualPosition) != nil)
  }

  func cost(_ plan: Lowering) -> ConvolutionCost {
    ConvolutionCost(convolution, Self.pixels(input), Self.pixels(output), plan)
  }

  /// Of a convolution of stride 1 that reads the result and has so many channels itself.
  func costOfNext(columns: Int, _ plan: Lowering) -> ConvolutionCost {
    var next = convolution
    (next.depth, next.columns, next.stride) = (convolution.columns, columns, (1, 1))
    let shape = Self.pixels(output)
    return ConvolutionCost(next, shape, shape, plan)
  }

  /// What an instruction needs besides its input.
  struct Operands {
    let weights: LoweredView
    let bias: LoweredView?
    let residual: LoweredView?
    let output: LoweredView
  }

  /// Puts packed weights and the bias into a plan, brings the residual into tiles, and makes room for the result, which is
  /// known in tiles from then on.
  func operands(_ packed: (values: [Float], shape: [Int]), into plan: inout Lowering) throws(OperatorError) -> Operands
  {
    let residual = try plan.tiledOperand(node, Conv.residualPosition, grid)
    let target = try plan.tiledImage(channels: convolution.columns, grid)
    plan.tiled[result] = target
    return Operands(
      weights: plan.constant(Tensor(packed.values, shape: packed.shape)),
      bias: bias.isEmpty ? nil : plan.constant(Tensor(bias, shape: [bias.count])), residual: residual?.view,
      output: target.view)
  }
}
