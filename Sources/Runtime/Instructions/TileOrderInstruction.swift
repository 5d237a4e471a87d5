import CKernels

/// Brings an image into the order of tiles (`TileGrid`), or back.
package struct TileOrderInstruction: PlanInstruction {
  package static var opcode: Opcode { .tileOrder }

  /// float32 `[1, H, W, C]`, channel stride 1; or an image in tiles.
  package var input: TensorID
  /// The other one of them.
  package var output: TensorID
  /// Lines of tiles: H is four times as many.
  package var tileRows: Int32
  /// Tiles of a line: W is four times as many.
  package var tileColumns: Int32
  /// Whether the output is in tiles: 0 or 1.
  package var makesTiles: Int32
  /// Channels of zeros in front of and behind the image's; none where the output is in pixels.
  package var channelsBefore: Int32
  package var channelsAfter: Int32

  package init(
    input: TensorID, output: TensorID, tileRows: Int32, tileColumns: Int32, makesTiles: Bool, channelsBefore: Int32 = 0,
    channelsAfter: Int32 = 0
  ) {
    self.channelsBefore = channelsBefore
    self.channelsAfter = channelsAfter
    self.input = input
    self.output = output
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.makesTiles = makesTiles ? 1 : 0
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let (input, output) = (try plan.operand(input, "input"), try plan.result(output, "output"))
    let grid = try plan.tileGrid(rows: tileRows, columns: tileColumns)
    let (image, tiles) = makesTiles != 0 ? (input, output) : (output, input)
    try plan.require(
      image.type == .float32 && image.rank == 4 && (image.stride(3) == 1 || image.extent(3) == 1)
        && image.extent(0) == 1 && image.extent(1) == grid.rows * TileGrid.side
        && image.extent(2) == grid.columns * TileGrid.side, "image and tiles do not fit")
    try plan.require(
      channelsBefore >= 0 && channelsAfter >= 0 && (makesTiles != 0 || channelsBefore == 0 && channelsAfter == 0),
      "an image cannot have so many more channels")
    let channels = Int(channelsBefore) + image.extent(3) + Int(channelsAfter)
    try plan.requireTiles(tiles, channels: channels, grid)
  }

  private func grid(_ context: ExecutionContext) -> TileGrid {
    TileGrid(rows: Int(tileRows), columns: Int(tileColumns), lanes: context.kernels.pointee.tile_lanes)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(output).elementCount, units: grid(context).groups)
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(kernel: makesTiles != 0 ? "f32_tiles_from_pixels" : "f32_pixels_from_tiles")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let grid = grid(context)
    var kernelGrid = grid.kernelGrid
    let groups = taskRange(task, of: count, grid.groups)
    let (input, output) = (context.view(input), context.view(output))
    let (from, to) = (input.pointer(as: Float.self), output.pointer(as: Float.self))
    if makesTiles != 0 {
      context.kernels.pointee.f32_tiles_from_pixels?(
        &kernelGrid, groups.lowerBound, groups.count, Int(channelsBefore), input.extent(3), Int(channelsAfter), from,
        input.stride(1), input.stride(2), to)
    } else {
      context.kernels.pointee.f32_pixels_from_tiles?(
        &kernelGrid, groups.lowerBound, groups.count, output.extent(3), from, to, output.stride(1), output.stride(2))
    }
  }
}
