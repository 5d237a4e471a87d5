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
    let weights = context.view(weights)
    let (rowStep, columnStep) = (weights.stride(2), weights.stride(3))
    let reverses = reversesTaps != 0
    let filters = Filters(
      tile: tile, columns: weights.extent(0), depth: weights.extent(1), columnStride: weights.stride(0),
      depthStride: weights.stride(1), tapRowStride: reverses ? -rowStep : rowStep,
      tapColumnStride: reverses ? -columnStep : columnStep, panel: Int(context.kernels.pointee.gemm_nr))
    let first = weights.pointer(as: Float.self) + (reverses ? 2 * (rowStep + columnStep) : 0)
    let target = context.view(output).pointer(as: Float.self)
    let taps = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    for unit in taskRange(task, of: count, panels * blocks) {
      filters.transform(panel: unit / blocks, block: unit % blocks, first, to: target, taps, context.kernels)
    }
  }

  /// Where 3 x 3 weights lie (strides in floats), and how they are to be packed.
  private struct Filters {
    var tile: Int32
    var columns: Int
    var depth: Int
    var columnStride: Int
    var depthStride: Int
    var tapRowStride: Int
    var tapColumnStride: Int
    var panel: Int

    /// Transforms some rows of one panel. `taps` has room for `9 * depthBlock * panel` floats.
    func transform(
      panel index: Int, block: Int, _ weights: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
      _ taps: UnsafeMutablePointer<Float>, _ kernels: UnsafePointer<ek_kernels>
    ) {
      guard let kernel = kernels.pointee.f32_winograd_weights else { return }
      let columns = index * panel..<min(columns, (index + 1) * panel)
      let rows = block * depthBlock..<min(depth, (block + 1) * depthBlock)
      var shape = ek_weights_shape(
        columns: columns.count, depth: rows.count, tap_rows: 3, tap_columns: 3, column_stride: columnStride,
        depth_stride: depthStride, tap_row_stride: tapRowStride, tap_column_stride: tapColumnStride)
      let source = weights + (columns.lowerBound * columnStride + rows.lowerBound * depthStride)
      let count = rows.count * panel
      if columns.count < panel { taps.update(repeating: 0, count: 9 * count) }
      ek_f32_pack_weights(&shape, source, panel, rows.count, taps)
      let matrix = (self.columns + panel - 1) / panel * panel * (1 + depth)
      let place = target + index * panel * (1 + depth)
      kernel(tile, count, taps, count, place + (1 + rows.lowerBound) * panel, matrix)
      if block > 0 { return }
      for element in 0..<(Int(tile) + 2) * (Int(tile) + 2) {
        (place + element * matrix).update(repeating: 0, count: panel)
      }
    }
  }

  /// The same for weights `[columns, depth, 3, 3]` that are known when a plan is compiled, by the kernels of this
  /// machine.
  ///
  /// - Complexity: 100 to 300 operations a weight.
  package static func transformed(
    _ weights: [Float], columns: Int, depth: Int, tile: Int, panel: Int, _ kernels: UnsafePointer<ek_kernels>
  ) -> [Float] {
    let filters = Filters(
      tile: Int32(tile), columns: columns, depth: depth, columnStride: 9 * depth, depthStride: 9, tapRowStride: 3,
      tapColumnStride: 1, panel: panel)
    let count = (tile + 2) * (tile + 2) * ek_f32_packed_gemm_count(columns, depth, 1, panel)
    var taps = [Float](repeating: 0, count: 9 * depthBlock * panel)
    return [Float](unsafeUninitializedCapacity: count) { target, initialized in
      weights.withUnsafeBufferPointer { weights in
        guard let target = target.baseAddress, let source = weights.baseAddress else { return }
        for index in 0..<(columns + panel - 1) / panel {
          for block in 0..<(depth + depthBlock - 1) / depthBlock {
            filters.transform(panel: index, block: block, source, to: target, &taps, kernels)
          }
        }
        initialized = count
      }
    }
  }
}
