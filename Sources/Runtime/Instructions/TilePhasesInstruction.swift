import CKernels

/// From an image in tiles (`TileGrid`) to every other of its lines and pixels, in tiles again: to all four phases, which a
/// convolution of stride 2 reads, or to the even lines' even pixels, what a shortcut around it reads.
package struct TilePhasesInstruction: PlanInstruction {
  package static var opcode: Opcode { .tilePhases }

  /// An image in tiles of twice the result's sides. Both have channels one by one (`TileGrid.block`).
  package var input: TensorID
  /// The phases, one after the other: the even lines' even pixels, their odd ones, the odd lines' even pixels, their odd
  /// ones.
  package var output: TensorID
  /// Lines of tiles of the result.
  package var tileRows: Int32
  /// Tiles of a line.
  package var tileColumns: Int32
  /// 4, or 1 for the first alone.
  package var phases: Int32
  /// Channels of zeros in front of and behind the image's, where there is one phase.
  package var channelsBefore: Int32
  package var channelsAfter: Int32

  package init(
    input: TensorID, output: TensorID, tileRows: Int32, tileColumns: Int32, phases: Int32, channelsBefore: Int32 = 0,
    channelsAfter: Int32 = 0
  ) {
    self.input = input
    self.output = output
    self.tileRows = tileRows
    self.tileColumns = tileColumns
    self.phases = phases
    self.channelsBefore = channelsBefore
    self.channelsAfter = channelsAfter
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let (input, output) = (try plan.operand(input, "input"), try plan.result(output, "output"))
    let grid = try plan.tileGrid(rows: tileRows, columns: tileColumns)
    let whole = try plan.tileGrid(rows: tileRows.doubled, columns: tileColumns.doubled)
    try plan.require(grid.block == 1 && whole.block == 1, "images have too few tiles for their phases")
    try plan.require(
      phases == 4 && channelsBefore == 0 && channelsAfter == 0
        || phases == 1 && channelsBefore >= 0 && channelsAfter >= 0,
      "an image in tiles cannot have such phases")
    let channels = input.extent(0)
    try plan.requireTiles(input, channels: channels, whole)
    try plan.requireTiles(
      output, channels: Int(channelsBefore) + Int(phases) * channels + Int(channelsAfter), grid)
  }

  private func grid(_ context: ExecutionContext, scale: Int = 1) -> TileGrid {
    TileGrid(
      rows: scale * Int(tileRows), columns: scale * Int(tileColumns), lanes: context.kernels.pointee.tile_lanes)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(output).elementCount, units: context.view(input).extent(0))
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(kernel: "f32_tile_phases")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    var (whole, grid) = (grid(context, scale: 2).kernelGrid, grid(context).kernelGrid)
    let (input, output) = (context.view(input), context.view(output))
    let channel = TileGrid.pixels * grid.plane
    let target = output.pointer(as: Float.self)
    let channels = taskRange(task, of: count, input.extent(0))
    context.kernels.pointee.f32_tile_phases?(
      &whole, &grid, Int(phases), channels.lowerBound, channels.count, input.pointer(as: Float.self),
      target + Int(channelsBefore) * channel, input.extent(0) * channel)
    if task == 0 {
      target.update(repeating: 0, count: Int(channelsBefore) * channel)
      (target + (output.extent(0) - Int(channelsAfter)) * channel).update(
        repeating: 0, count: Int(channelsAfter) * channel)
    }
  }
}

extension Int32 {
  /// Twice as much; -1, of which there are no tiles, where that is too much.
  fileprivate var doubled: Int32 {
    let (result, overflow) = multipliedReportingOverflow(by: 2)
    return overflow ? -1 : result
  }
}
