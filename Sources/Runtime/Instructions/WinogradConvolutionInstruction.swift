import CKernels

/// A 3 x 3 convolution of stride 1 in float32 by Winograd's algorithm: 2.25 (tile 2) to 4 times (tile 4) fewer
/// multiplications than taps, at the price of some rounding: about 1e-5 of the largest output with tile 4.
///
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2016. `output = activation(conv(input) + bias + residual)`.
package struct WinogradConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .winogradConvolution }

  /// float32 `[N, H, W, Cin]`, channel stride 1.
  package var input: TensorID
  /// What `WinogradWeightsInstruction` writes, or the same in other panels.
  package var weights: TensorID
  /// float32 `[Cout]`, contiguous; or none.
  package var bias: TensorID
  /// Added: float32, the output's shape, channel stride 1; or none.
  package var residual: TensorID
  /// float32 `[N, Hout, Wout, Cout]`, channel stride 1.
  package var output: TensorID
  /// Side of a tile of outputs: 4 or 2.
  package var tile: Int32
  /// Rows of zeros above the input; what lies below follows from the output's shape.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32
  /// Columns of a panel of the weights: what `panel` returns, or the instruction set's.
  package var panel: Int32
  /// What is applied after bias and residual: none, or one that clamps.
  package var activation: FusedActivation

  package init(
    input: TensorID, weights: TensorID, bias: TensorID, residual: TensorID, output: TensorID, tile: Int32,
    padTop: Int32, padLeft: Int32, panel: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.bias = bias
    self.residual = residual
    self.output = output
    self.tile = tile
    self.padTop = padTop
    self.padLeft = padLeft
    self.panel = panel
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 4 && output.type == .float32 && output.rank == 4
        && (input.stride(3) == 1 || input.extent(3) == 1) && (output.stride(3) == 1 || output.extent(3) == 1),
      "operands of a Winograd convolution are not float32 of 4 axes with neighbouring channels")
    if let residual = try plan.optionalOperand(residual, "residual") {
      try plan.requireSameShape(residual, output)
      try plan.require(
        residual.type == .float32 && (residual.stride(3) == 1 || residual.extent(3) == 1),
        "the residual of a Winograd convolution is not float32 with neighbouring channels")
    }
    try plan.requireBias(bias, columns: output.extent(3))
    try plan.require(
      input.extent(0) == output.extent(0) && input.extent(3) >= 1 && output.extent(3) >= 1,
      "input and output of a Winograd convolution do not fit")
    try plan.require(
      (tile == 2 || tile == 4) && (0...WindowAxis.limit).contains(padTop) && (0...WindowAxis.limit).contains(padLeft),
      "tile or padding of a Winograd convolution is out of range")
    try plan.require(activation.isClamp, "the activation of a Winograd convolution does not clamp")
    let kernels = try plan.packedFor()
    let geometry = geometry(input.shape, output.shape)
    let (panel, usual) = (Int(panel), Int(kernels.gemm_nr))
    try plan.require(
      panel == usual || Self.hasFewTiles(geometry.count, kernels.isa) && (1...2 * usual).contains(panel),
      "the panels of a Winograd convolution's weights are not of a width that its kernels take")
    try plan.requirePackedMatrix(
      weights, groups: geometry.elements, columns: output.extent(3), depth: input.extent(3), taps: 1, panel: panel)
  }

  /// Columns of a panel of weights that suits an output `[N, H, W, C]`: the instruction set's. Where few tiles, rows of
  /// products, read a weight once, up to twice as many, all panels the same, so that no idle columns are read.
  package static func panel(output: [Int], tile: Int, for isa: ek_isa, usual: Int) -> Int {
    let tiles = output[0] * ((output[1] + tile - 1) / tile) * ((output[2] + tile - 1) / tile)
    guard hasFewTiles(tiles, isa) else { return usual }
    let columns = output[3]
    let panels = (columns + 2 * usual - 1) / (2 * usual)
    return (columns + panels - 1) / panels
  }

  private static func hasFewTiles(_ count: Int, _ isa: ek_isa) -> Bool { count > 0 && count <= ek_few_rows_for(isa) }

  func geometry(_ input: SIMD8<Int32>, _ output: SIMD8<Int32>) -> WinogradGeometry {
    WinogradGeometry(
      tile: Int(tile), output: output, depth: Int(input[3]),
      outputs: WinogradConvolutionInstruction.wholeVectors(Int(output[3]), of: 16))
  }

  /// Products are computed and stored by whole vectors, of no more than 16 floats: the instruction set's panels have zeros in
  /// the columns that are too many.
  static func wholeVectors(_ columns: Int, of lanes: Int) -> Int { (columns + lanes - 1) / lanes * lanes }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input"), let output = try? plan.operand(output, "output") else {
      return 0
    }
    let geometry = geometry(input.shape, output.shape)
    return 4 * (geometry.inputFloats + geometry.outputFloats)
  }

  /// Blocks of tiles and groups of slices of the weights, panels or parts of the only one, whose products are the units of
  /// work.
  ///
  /// Workers share the tiles, or, where weights outweigh the transformed tiles, the weights, so that each reads its own.
  private func units(_ context: ExecutionContext) -> (blocks: Int, sliceGroups: Int, slices: Int, width: Int) {
    let (input, output) = (context.view(input), context.view(output))
    let geometry = geometry(input.shape, output.shape)
    let (depth, columns, threads) = (input.extent(3), output.extent(3), context.threads)
    let isSplit = columns <= Int(panel) && Self.hasFewTiles(geometry.count, context.kernels.pointee.isa)
    let width = isSplit ? Int(context.kernels.pointee.gemm_nr) / 2 : Int(panel)
    let slices = (columns + width - 1) / width
    if threads == 1 || geometry.count == 0 { return (geometry.blocks, 1, slices, width) }
    let sliceGroups = geometry.count * (depth + columns) < depth * columns ? min(threads, slices) : 1
    let workers = (threads + sliceGroups - 1) / sliceGroups
    return (even(geometry, workers: workers), sliceGroups, slices, width)
  }

  /// Blocks of tiles that give workers the same number of them.
  private func even(_ geometry: WinogradGeometry, workers: Int) -> Int {
    let even = (geometry.blocks + workers - 1) / workers * workers
    return max(geometry.blocks, min(even, geometry.count / 2))
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(
      "f32_winograd F(\(tile)x\(tile), 3x3)", tileOf: context.kernels,
      multiplyAccumulates: context.view(output).elementCount.multipliedSaturating(
        by: 9 * context.view(input).extent(3)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let units = units(context)
    let output = context.view(output)
    return Runtime.taskCount(
      units: max(1, units.blocks * units.sliceGroups),
      operations: output.elementCount.multipliedSaturating(by: 3 * context.view(input).extent(3)),
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let units = units(context)
    let scratch = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    for unit in taskRange(task, of: count, units.blocks * units.sliceGroups) {
      let slices = taskRange(unit % units.sliceGroups, of: units.sliceGroups, units.slices)
      let columns =
        slices.lowerBound * units.width..<min(context.view(output).extent(3), slices.upperBound * units.width)
      convolve(block: unit / units.sliceGroups, of: units.blocks, columns, scratch, context)
    }
  }

  private func convolve(
    block: Int, of blocks: Int, _ columns: Range<Int>, _ scratch: UnsafeMutablePointer<Float>,
    _ context: ExecutionContext
  ) {
    let kernels = context.kernels.pointee
    guard let gemm = kernels.f32_gemm_batch else { return }
    let (input, output) = (context.view(input), context.view(output))
    let geometry = geometry(input.shape, output.shape)
    let width = Int(panel)
    let tiles = geometry.tiles(ofBlock: block, of: blocks)
    let depth = input.extent(3)
    let (from, to) = (scratch, scratch + geometry.inputFloats)
    let products = WinogradConvolutionInstruction.wholeVectors(columns.count, of: Int(kernels.gemm_nr) / 2)
    let (inputStep, outputStep) = (geometry.step(depth), geometry.step(products))
    geometry.transformInput(
      tiles, of: input, channels: 0..<depth, pad: (Int(padTop), Int(padLeft)), to: from, kernels: context.kernels)
    let packed = context.view(weights).pointer(as: Float.self)
    let panelFloats = width * (1 + depth)
    let (firstPanel, place) = columns.lowerBound.quotientAndRemainder(dividingBy: width)
    var batch = ek_gemm_batch()
    (batch.count, batch.rows, batch.depth) = (geometry.elements, tiles.count, depth)
    // Panels of few rows have no columns to fill up a vector.
    batch.columns = Self.hasFewTiles(geometry.count, kernels.isa) ? columns.count : products
    (batch.a_stride, batch.c_stride) = (depth, products)
    (batch.a_step, batch.c_step) = (inputStep, outputStep)
    batch.packed_step = (output.extent(3) + width - 1) / width * panelFloats
    batch.panel = width
    gemm(&batch, from, packed + (firstPanel * panelFloats + place), to)
    transformOutput(tiles, columns, geometry, to, products, outputStep, context)
  }

  private func transformOutput(
    _ tiles: Range<Int>, _ columns: Range<Int>, _ geometry: WinogradGeometry, _ source: UnsafeMutablePointer<Float>,
    _ tileStep: Int, _ step: Int, _ context: ExecutionContext
  ) {
    guard let kernel = context.kernels.pointee.f32_winograd_output else { return }
    let output = context.view(output)
    let residual = context.optionalView(residual)
    let (lower, upper) = activation.bounds
    let bias = context.optionalView(bias).map { UnsafePointer($0.pointer(as: Float.self)) + columns.lowerBound }
    var residualPlace = ek_winograd_tile()
    if let residual { (residualPlace.row_step, residualPlace.column_step) = (residual.stride(1), residual.stride(2)) }
    for index in tiles {
      var place = geometry.outputPlace(index, in: output)
      let added = residual.map {
        UnsafePointer($0.pointer(as: Float.self)) + (geometry.offset(index, in: $0) + columns.lowerBound)
      }
      kernel(
        tile, &place, columns.count, source + (index - tiles.lowerBound) * tileStep, step, bias,
        output.pointer(as: Float.self) + (geometry.offset(index, in: output) + columns.lowerBound), added,
        &residualPlace, lower, upper)
    }
  }
}
