import CKernels

/// A 3 x 3 convolution of stride 1, padded by one pixel on all sides, of an image in tiles (`TileGrid`) by Winograd's
/// F(4x4, 3x3): `output = activation(conv(input) + bias + residual)`.
///
/// Time is in proportion to multiply-accumulates whatever the numbers of channels are, where
/// `WinogradConvolutionInstruction` works by whole vectors of channels.
package struct TiledConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .tiledConvolution }

  /// In tiles, Cin channels.
  package var input: TensorID
  /// What `transformed` returns: float32 `[36 / block, Cin, Cout, block]`, contiguous.
  package var weights: TensorID
  /// float32 `[Cout]`, contiguous; or none.
  package var bias: TensorID
  /// Added: in tiles, Cout channels; or none.
  package var residual: TensorID
  /// In tiles, Cout channels.
  package var output: TensorID
  /// Lines of tiles.
  package var tileRows: Int32
  /// Tiles of a line.
  package var tileColumns: Int32
  /// What is applied in the end: none, or one that clamps.
  package var activation: FusedActivation

  /// Elements of a transformed tile.
  package static var elements: Int { 36 }

  package init(
    input: TensorID, weights: TensorID, bias: TensorID, residual: TensorID, output: TensorID, tileRows: Int32,
    tileColumns: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.bias = bias
    self.residual = residual
    self.output = output
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let (input, output) = (try plan.operand(input, "input"), try plan.result(output, "output"))
    let grid = try plan.tileGrid(rows: tileRows, columns: tileColumns)
    let weights = try plan.operand(weights, "weights")
    try plan.require(
      weights.type == .float32 && weights.rank == 4 && weights.isContiguous
        && weights.extent(0) == TiledConvolutionInstruction.elements / grid.block && weights.extent(3) == grid.block,
      "the weights of a tiled convolution do not fit")
    let (depth, outputs) = (weights.extent(1), weights.extent(2))
    try plan.requireTiles(input, channels: depth, grid)
    try plan.requireTiles(output, channels: outputs, grid)
    try plan.requireTiledEpilogue(
      bias: bias, residual: residual, activation: activation, channels: outputs, grid)
  }

  private func grid(_ lanes: Int) -> TileGrid {
    TileGrid(rows: Int(tileRows), columns: Int(tileColumns), lanes: lanes)
  }

  /// Groups of tiles that are worked through together: two have half of the loads of weights.
  private func groupsAtOnce(_ grid: TileGrid) -> Int { min(grid.groups, 2) }

  /// Floats from one vector of elements of transformed channels to the next: an odd number of cache lines, so that the same channel of
  /// all elements lies in different sets of the cache.
  private func step(_ channels: Int, _ grid: TileGrid) -> Int { (channels * groupsAtOnce(grid) | 1) * grid.lanes }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let weights = try? plan.operand(weights, "weights"),
      let grid = try? plan.tileGrid(rows: tileRows, columns: tileColumns)
    else { return 0 }
    return 4 * weights.extent(0) * (step(weights.extent(1), grid) + step(weights.extent(2), grid))
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    let pixels = Int(tileRows) * Int(tileColumns) * TileGrid.pixels
    let weights = context.view(weights)
    return InstructionSummary(
      weights.extent(3) == 1 ? "f32_winograd F(4x4, 3x3) tiles" : "f32_winograd F(4x4, 3x3) tile blocks",
      tileOf: context.kernels,
      multiplyAccumulates: pixels.multipliedSaturating(by: 9 * weights.extent(2)).multipliedSaturating(
        by: weights.extent(1)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let output = context.view(output)
    let parts = grid(context.kernels.pointee.tile_lanes).parts(blocks: output.extent(0), tasks: context.threads)
    return Runtime.taskCount(
      units: parts.tiles * parts.blocks,
      operations: output.elementCount.multipliedSaturating(by: 3 * context.view(weights).extent(1)),
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let grid = grid(context.kernels.pointee.tile_lanes)
    let blocks = context.view(output).extent(0)
    let parts = grid.parts(blocks: blocks, tasks: count)
    for unit in taskRange(task, of: count, parts.tiles * parts.blocks) {
      convolve(
        taskRange(unit / parts.blocks, of: parts.tiles, grid.groups),
        taskRange(unit % parts.blocks, of: parts.blocks, blocks), grid, worker: worker, context)
    }
  }

  /// Some blocks of output channels of some groups of tiles.
  private func convolve(
    _ groups: Range<Int>, _ blocks: Range<Int>, _ grid: TileGrid, worker: Int, _ context: ExecutionContext
  ) {
    let kernels = context.kernels.pointee
    guard let transformInput = kernels.f32_winograd_tiles_input, let multiply = kernels.f32_winograd_tiles_products,
      let transformOutput = kernels.f32_winograd_tiles_output
    else { return }
    var kernelGrid = grid.kernelGrid
    let weights = context.view(weights)
    let (depth, outputs) = (weights.extent(1), weights.extent(2))
    let columns = blocks.lowerBound * grid.block..<min(blocks.upperBound * grid.block, outputs)
    let (inputStep, outputStep) = (step(depth, grid), step(outputs, grid))
    let transformed = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    let products = transformed + weights.extent(0) * inputStep
    let first = blocks.lowerBound * TileGrid.pixels * grid.plane
    let (lower, upper) = activation.bounds
    let bias = context.optionalView(bias).map { UnsafePointer($0.pointer(as: Float.self)) + columns.lowerBound }
    let residual = context.optionalView(residual).map { UnsafePointer($0.pointer(as: Float.self)) + first }
    let factors = weights.pointer(as: Float.self) + columns.lowerBound * grid.block
    var group = groups.lowerBound
    while group < groups.upperBound {
      let some = min(groupsAtOnce(grid), groups.upperBound - group)
      transformInput(
        &kernelGrid, group, some, depth, context.view(input).pointer(as: Float.self), transformed, inputStep)
      multiply(
        grid.block, some, depth, columns.count, transformed, inputStep, factors, outputs, products, outputStep)
      transformOutput(
        &kernelGrid, group, some, columns.count, products, outputStep, bias,
        context.view(output).pointer(as: Float.self) + first, residual, lower, upper)
      group += some
    }
  }

  /// Weights `[columns, depth, 3, 3]` as an instruction takes them for a grid, with their shape, by the kernels of this
  /// machine.
  package static func transformed(
    _ weights: [Float], columns: Int, depth: Int, _ grid: TileGrid, _ kernels: UnsafePointer<ek_kernels>
  ) -> (values: [Float], shape: [Int]) {
    let count = columns * depth
    var taps = [Float](repeating: 0, count: 9 * count)
    for column in 0..<columns {
      for k in 0..<depth {
        for tap in 0..<9 { taps[tap * count + k * columns + column] = weights[(column * depth + k) * 9 + tap] }
      }
    }
    var values = [Float](unsafeUninitializedCapacity: elements * count) { target, initialized in
      guard let target = target.baseAddress, let kernel = kernels.pointee.f32_winograd_weights else { return }
      kernel(4, count, taps, count, target, count)
      initialized = elements * count
    }
    let block = grid.block
    if block > 1 {
      let byElement = values
      for (index, value) in byElement.enumerated() {
        let (element, place) = (index / count, index % count)
        values[(element / block * count + place) * block + element % block] = value
      }
    }
    return (values, [elements / block, depth, columns, block])
  }
}
