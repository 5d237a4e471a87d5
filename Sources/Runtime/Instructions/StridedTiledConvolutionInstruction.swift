import CKernels

/// A 3 x 3 convolution of stride 2, padded by one pixel on all sides, whose result is in tiles (`TileGrid`):
/// `output = activation(conv(input) + bias + residual)`.
///
/// Every tap is multiplied by itself: time is in proportion to multiply-accumulates whatever the numbers of channels are.
package struct StridedTiledConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .stridedTiledConvolution }

  /// The image's four phases, one after the other, each in the result's tiles with Cin channels: the even lines' even
  /// pixels, their odd ones, the odd lines' even pixels, their odd ones. Channels that fill up a block are zero.
  package var input: TensorID
  /// What `packed` returns, contiguous.
  package var weights: TensorID
  /// float32 `[Cout]`, contiguous; or none.
  package var bias: TensorID
  /// Added: in tiles, Cout channels; or none.
  package var residual: TensorID
  /// In tiles, Cout channels.
  package var output: TensorID
  /// Lines of tiles of the result.
  package var tileRows: Int32
  /// Tiles of a line.
  package var tileColumns: Int32
  /// Cin and Cout.
  package var inputChannels: Int32
  package var outputChannels: Int32
  /// What is applied in the end: none, or one that clamps.
  package var activation: FusedActivation

  private static let phases = 4
  private static let taps = 9

  package init(
    input: TensorID, weights: TensorID, bias: TensorID, residual: TensorID, output: TensorID, tileRows: Int32,
    tileColumns: Int32, inputChannels: Int32, outputChannels: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.bias = bias
    self.residual = residual
    self.output = output
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let (input, output) = (try plan.operand(input, "input"), try plan.result(output, "output"))
    let grid = try plan.tileGrid(rows: tileRows, columns: tileColumns)
    let (depth, outputs) = (Int(inputChannels), Int(outputChannels))
    try plan.require(depth >= 1, "a strided tiled convolution has no input channels")
    let blocks = grid.blocks(channels: depth)
    try plan.requireTiles(input, channels: Self.phases * blocks * grid.block, grid)
    try plan.requireTiles(output, channels: outputs, grid)
    let weights = try plan.operand(weights, "weights")
    let shape = Self.packedShape(columns: outputs, depth: depth, grid)
    try plan.require(
      weights.type == .float32 && weights.rank == shape.count && weights.isContiguous
        && shape.indices.allSatisfy { weights.extent($0) == shape[$0] },
      "the weights of a strided tiled convolution do not fit")
    try plan.requireTiledEpilogue(
      bias: bias, residual: residual, activation: activation, channels: outputs, grid)
  }

  private func grid(_ context: ExecutionContext) -> TileGrid {
    TileGrid(rows: Int(tileRows), columns: Int(tileColumns), lanes: context.kernels.pointee.tile_lanes)
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    let pixels = Int(tileRows) * Int(tileColumns) * TileGrid.pixels
    return InstructionSummary(
      "f32_strided 3x3 tiles", tileOf: context.kernels,
      multiplyAccumulates: pixels.multipliedSaturating(by: Self.taps * Int(outputChannels)).multipliedSaturating(
        by: Int(inputChannels)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let output = context.view(output)
    let parts = grid(context).parts(blocks: output.extent(0), tasks: context.threads)
    return Runtime.taskCount(
      units: parts.tiles * parts.blocks,
      operations: output.elementCount.multipliedSaturating(by: Self.taps * Int(inputChannels)),
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let grid = grid(context)
    let blocks = context.view(output).extent(0)
    let parts = grid.parts(blocks: blocks, tasks: count)
    for unit in taskRange(task, of: count, parts.tiles * parts.blocks) {
      convolve(
        taskRange(unit / parts.blocks, of: parts.tiles, grid.groups),
        taskRange(unit % parts.blocks, of: parts.blocks, blocks), grid, context)
    }
  }

  /// Some blocks of output channels of some groups of tiles.
  private func convolve(_ groups: Range<Int>, _ blocks: Range<Int>, _ grid: TileGrid, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_strided_tiles else { return }
    var kernelGrid = grid.kernelGrid
    let (depth, outputs) = (Int(inputChannels), Int(outputChannels))
    let columns = blocks.lowerBound * grid.block..<min(blocks.upperBound * grid.block, outputs)
    let first = blocks.lowerBound * TileGrid.pixels * grid.plane
    let skipped = grid.block == 1 ? 1 : context.view(weights).extent(1) * Self.taps * grid.block * grid.block
    let bias = context.optionalView(bias).map { UnsafePointer($0.pointer(as: Float.self)) + columns.lowerBound }
    let residual = context.optionalView(residual).map { UnsafePointer($0.pointer(as: Float.self)) + first }
    let (lower, upper) = activation.bounds
    kernel(
      &kernelGrid, groups.lowerBound, groups.count, grid.blocks(channels: depth) * TileGrid.pixels * grid.plane, depth,
      columns.count, context.view(input).pointer(as: Float.self),
      context.view(weights).pointer(as: Float.self) + blocks.lowerBound * skipped, outputs, bias,
      context.view(output).pointer(as: Float.self) + first, residual, lower, upper)
  }

  private static func packedShape(columns: Int, depth: Int, _ grid: TileGrid) -> [Int] {
    grid.block == 1
      ? [depth, taps, columns]
      : [grid.blocks(channels: columns), grid.blocks(channels: depth), taps, grid.block * grid.block]
  }

  /// Weights `[columns, depth, 3, 3]` as an instruction takes them for a grid, with their shape: `[depth, 9, columns]`, or in
  /// blocks `[columns / 4, depth / 4, 9, 16]` with zeros for missing channels.
  package static func packed(
    _ weights: [Float], columns: Int, depth: Int, _ grid: TileGrid
  ) -> (values: [Float], shape: [Int]) {
    let shape = packedShape(columns: columns, depth: depth, grid)
    var values = [Float](repeating: 0, count: shape.reduce(1, *))
    let block = grid.block
    for column in 0..<columns {
      for k in 0..<depth {
        // In blocks of one channel the taps come before the columns.
        let place =
          block == 1
          ? k * taps * columns + column
          : (column / block * grid.blocks(channels: depth) + k / block) * taps * block * block
            + column % block * block + k % block
        let step = block == 1 ? columns : block * block
        for tap in 0..<taps { values[place + tap * step] = weights[(column * depth + k) * taps + tap] }
      }
    }
    return (values, shape)
  }
}
