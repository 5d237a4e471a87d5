import CKernels

/// Transforms 3 x 3 weights for `WinogradConvolutionInstruction`: one packed matrix for each of the tile's elements.
package struct WinogradWeightsInstruction: PlanInstruction {
  package static var opcode: Opcode { .winogradWeights }

  /// float32 `[columns, depth, 3, 3]`, any strides.
  package var weights: TensorID
  /// float32, contiguous: `(tile + 2)^2` matrices as `ek_f32_pack_gemm` lays them out, with biases of zero.
  package var output: TensorID
  /// Side of a tile of outputs: 4 or 2.
  package var tile: Int32
  /// Whether taps are taken last one first, in both directions: 0 or 1.
  package var reversesTaps: Int32

  package init(weights: TensorID, output: TensorID, tile: Int32, reversesTaps: Bool = false) {
    self.weights = weights
    self.output = output
    self.tile = tile
    self.reversesTaps = reversesTaps ? 1 : 0
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let weights = try plan.operand(weights, "weights")
    _ = try plan.result(output, "output")
    try plan.require(
      weights.type == .float32 && weights.rank == 4 && weights.count > 0 && weights.extent(2) == 3
        && weights.extent(3) == 3, "the weights are not float32 with 3 x 3 taps")
    try plan.require(tile == 2 || tile == 4, "there is no such tile")
    let side = Int(tile) + 2
    try plan.requirePackedMatrix(
      output, groups: side * side, columns: weights.extent(0), depth: weights.extent(1), taps: 1)
  }

  /// Rows of weights that are transformed together: their taps stay in the first cache levels.
  private static let depthBlock = 64
  /// Columns of any instruction set's panel.
  private static let panelLimit = 32

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    4 * 9 * WinogradWeightsInstruction.depthBlock * WinogradWeightsInstruction.panelLimit
  }

  private func units(_ context: ExecutionContext) -> (panels: Int, blocks: Int) {
    let weights = context.view(weights)
    let width = Int(context.kernels.pointee.gemm_nr)
    let block = WinogradWeightsInstruction.depthBlock
    return ((weights.extent(0) + width - 1) / width, (weights.extent(1) + block - 1) / block)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let (panels, blocks) = units(context)
    return StridedLoop.taskCount(
      threads: context.threads, work: context.view(output).elementCount, units: panels * blocks)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (panels, blocks) = units(context)
    let taps = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    for unit in taskRange(task, of: count, panels * blocks) {
      transform(panel: unit / blocks, of: panels, block: unit % blocks, taps, context)
    }
  }

  private func transform(
    panel: Int, of panels: Int, block: Int, _ taps: UnsafeMutablePointer<Float>, _ context: ExecutionContext
  ) {
    guard let kernel = context.kernels.pointee.f32_winograd_weights else { return }
    let weights = context.view(weights)
    let width = Int(context.kernels.pointee.gemm_nr)
    let depth = weights.extent(1)
    let columns = panel * width..<min(weights.extent(0), (panel + 1) * width)
    let rows =
      block * WinogradWeightsInstruction.depthBlock..<min(depth, (block + 1) * WinogradWeightsInstruction.depthBlock)
    let (rowStep, columnStep) = (weights.stride(2), weights.stride(3))
    let reverses = reversesTaps != 0
    var shape = ek_weights_shape(
      columns: columns.count, depth: rows.count, tap_rows: 3, tap_columns: 3, column_stride: weights.stride(0),
      depth_stride: weights.stride(1), tap_row_stride: reverses ? -rowStep : rowStep,
      tap_column_stride: reverses ? -columnStep : columnStep)
    let source =
      columns.lowerBound * weights.stride(0) + rows.lowerBound * weights.stride(1)
      + (reverses ? 2 * (rowStep + columnStep) : 0)
    let count = rows.count * width
    if columns.count < width { taps.update(repeating: 0, count: 9 * count) }
    ek_f32_pack_weights(&shape, weights.pointer(as: Float.self) + source, width, rows.count, taps)
    let matrix = panels * width * (1 + depth)
    let target = context.view(output).pointer(as: Float.self) + panel * width * (1 + depth)
    kernel(tile, count, taps, count, target + (1 + rows.lowerBound) * width, matrix)
    if block > 0 { return }
    for element in 0..<(Int(tile) + 2) * (Int(tile) + 2) {
      (target + element * matrix).update(repeating: 0, count: width)
    }
  }
}
