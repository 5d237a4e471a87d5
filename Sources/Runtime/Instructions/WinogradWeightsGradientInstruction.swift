import CKernels

/// The derivative of a loss by the weights of a 3 x 3 convolution of stride 1, by Winograd's algorithm: 2.25 (tile 2) to
/// 4 times (tile 4) fewer multiplications than `ConvolutionWeightsGradientInstruction`.
///
/// It is the transpose of `WinogradConvolutionInstruction` (Lavin and Gray, 2016): where that computes
/// `Aᵀ ((G g Gᵀ) * (Bᵀ d B)) A`, this sums `(A dy Aᵀ) * (Bᵀ d B)` over all tiles and transforms the sums by `Gᵀ ... G`.
/// As there, results are cut into chunks of tiles, whose sums are apart.
package struct WinogradWeightsGradientInstruction: PlanInstruction {
  package static var opcode: Opcode { .winogradWeightsGradient }

  /// float32 `[N, H, W, Cin]`, channel stride 1.
  package var input: TensorID
  /// The derivative by the output: float32 `[N, Hout, Wout, Cout]`, channel stride 1.
  package var gradient: TensorID
  /// float32 `[chunks, Cout, 3, 3, Cin]`, last stride 1, taps evenly apart.
  package var output: TensorID
  /// Side of a tile of output pixels: 4 or 2.
  package var tile: Int32
  /// Rows of zeros above the input; what lies below follows from the shapes.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32

  package init(
    input: TensorID, gradient: TensorID, output: TensorID, tile: Int32, padTop: Int32, padLeft: Int32
  ) {
    self.input = input
    self.gradient = gradient
    self.output = output
    self.tile = tile
    self.padTop = padTop
    self.padLeft = padLeft
  }

  /// Input channels whose sums are kept together: whole panels of any instruction set.
  private static let depthLimit = 32
  /// Output channels whose sums are kept together.
  private static let outputLimit = 64
  /// Tiles that are worth a chunk, which costs a transform of its sums.
  private static let chunkTiles = 128

  /// How many chunks to ask for: a number that depends on shapes only.
  ///
  /// - Parameters:
  ///   - output: `[N, Hout, Wout, Cout]`.
  ///   - depth: Input channels.
  package static func chunks(tile: Int, output: [Int], depth: Int) -> Int {
    let tiles = output[0] * ((output[1] + tile - 1) / tile) * ((output[2] + tile - 1) / tile)
    let parts = ((depth + depthLimit - 1) / depthLimit) * ((output[3] + outputLimit - 1) / outputLimit)
    return max(1, min((16 + parts - 1) / max(1, parts), tiles / chunkTiles))
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let gradient = try plan.operand(gradient, "gradient")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 4 && gradient.type == .float32 && gradient.rank == 4
        && output.type == .float32 && output.rank == 5,
      "operands of a Winograd weights gradient are not float32 of 4, 4 and 5 axes")
    try plan.require(
      (input.stride(3) == 1 || input.extent(3) == 1) && (gradient.stride(3) == 1 || gradient.extent(3) == 1)
        && (output.stride(4) == 1 || output.extent(4) == 1) && output.stride(2) == 3 * output.stride(3)
        && output.stride(3) >= 0,
      "channels or taps of a Winograd weights gradient do not lie as its kernels want them")
    try plan.require(
      input.extent(0) == gradient.extent(0) && input.extent(3) >= 1 && gradient.extent(3) >= 1
        && output.extent(0) >= 1 && output.extent(1) == gradient.extent(3) && output.extent(2) == 3
        && output.extent(3) == 3 && output.extent(4) == input.extent(3),
      "the operands of a Winograd weights gradient do not fit")
    try plan.require(
      (tile == 2 || tile == 4) && (0...WindowAxis.limit).contains(padTop) && (0...WindowAxis.limit).contains(padLeft),
      "tile or padding of a Winograd weights gradient is out of range")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input"), let gradient = try? plan.operand(gradient, "gradient") else {
      return 0
    }
    let layout = Layout(self, input.shape, gradient.shape, panel: 1)
    return 4 * (layout.blocks.inputFloats + layout.blocks.outputFloats + layout.sumFloats)
  }

  /// How channels are cut into groups, and what lies in a worker's scratch.
  private struct Layout {
    let depthGroups: Int
    let outputGroups: Int
    let blocks: WinogradGeometry
    private let depth: Int
    private let outputs: Int
    private let panel: Int
    private let widest: (depth: Int, outputs: Int)

    init(
      _ instruction: WinogradWeightsGradientInstruction, _ input: SIMD8<Int32>, _ gradient: SIMD8<Int32>, panel: Int
    ) {
      (depth, outputs, self.panel) = (Int(input[3]), Int(gradient[3]), panel)
      depthGroups = (depth + depthLimit - 1) / depthLimit
      outputGroups = (outputs + outputLimit - 1) / outputLimit
      widest = (min(depth, depthLimit), min(outputs, outputLimit))
      blocks = WinogradGeometry(
        tile: Int(instruction.tile), output: gradient, depth: widest.depth, outputs: widest.outputs)
    }

    /// Whole panels. A panel divides `depthLimit`, so that no group is wider than that.
    func depth(ofGroup group: Int) -> Range<Int> {
      let panels = taskRange(group, of: depthGroups, (depth + panel - 1) / panel)
      return panels.lowerBound * panel..<min(depth, panels.upperBound * panel)
    }

    func outputs(ofGroup group: Int) -> Range<Int> { taskRange(group, of: outputGroups, outputs) }

    /// Floats from one element's sums to the next one's.
    func sumStep(_ depth: Range<Int>, _ outputs: Range<Int>) -> Int { depth.count * outputs.count + 16 }
    var sumFloats: Int { blocks.elements * (widest.depth * widest.outputs + 16) }
  }

  private func layout(_ context: ExecutionContext) -> Layout {
    Layout(
      self, context.view(input).shape, context.view(gradient).shape, panel: Int(context.kernels.pointee.gemm_nr))
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(
      "f32_winograd_wgrad F(\(tile)x\(tile), 3x3)", tileOf: context.kernels,
      multiplyAccumulates: context.view(gradient).elementCount.multipliedSaturating(
        by: 9 * context.view(input).extent(3)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let layout = layout(context)
    return Runtime.taskCount(
      units: context.view(output).extent(0) * layout.depthGroups * layout.outputGroups,
      operations: context.view(gradient).elementCount.multipliedSaturating(by: 3 * context.view(input).extent(3)),
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let layout = layout(context)
    let chunks = context.view(output).extent(0)
    let scratch = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    for unit in taskRange(task, of: count, chunks * layout.depthGroups * layout.outputGroups) {
      let groups = unit / chunks
      sum(
        chunk: unit % chunks, of: chunks, layout.depth(ofGroup: groups % layout.depthGroups),
        layout.outputs(ofGroup: groups / layout.depthGroups), layout, scratch, context)
    }
  }

  /// One chunk's derivatives by the weights between some inputs and some outputs.
  private func sum(
    chunk: Int, of chunks: Int, _ depth: Range<Int>, _ outputs: Range<Int>, _ layout: Layout,
    _ scratch: UnsafeMutablePointer<Float>, _ context: ExecutionContext
  ) {
    let kernels = context.kernels.pointee
    guard !depth.isEmpty, let adjoint = kernels.f32_winograd_weights_adjoint else { return }
    let blocks = layout.blocks
    let (x, dy) = (scratch, scratch + blocks.inputFloats)
    let sums = dy + blocks.outputFloats
    let step = layout.sumStep(depth, outputs)
    sums.update(repeating: 0, count: blocks.elements * step)
    for block in taskRange(chunk, of: chunks, blocks.blocks) {
      let tiles = blocks.tiles(ofBlock: block, of: blocks.blocks)
      blocks.transformInput(
        tiles, of: context.view(input), channels: depth, pad: (Int(padTop), Int(padLeft)), to: x,
        kernels: context.kernels)
      blocks.transformGradient(
        tiles, of: context.view(gradient), channels: outputs, to: dy, kernels: context.kernels)
      multiply(tiles.count, depth.count, outputs.count, blocks, x, dy, sums, step, kernels)
    }
    let output = context.view(output)
    let target = output.pointer(as: Float.self) + chunk * output.stride(0) + depth.lowerBound
    for (row, channel) in outputs.enumerated() {
      adjoint(
        tile, depth.count, sums + row * depth.count, step, target + channel * output.stride(1), output.stride(3))
    }
  }

  /// Adds the products of a block's transformed tiles to the sums: of each element a matrix `[outputs][depth]`.
  private func multiply(
    _ tiles: Int, _ depth: Int, _ outputs: Int, _ blocks: WinogradGeometry, _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ step: Int, _ kernels: ek_kernels
  ) {
    guard let wgrad = kernels.f32_wgrad else { return }
    let panel = kernels.gemm_nr
    var shape = ek_wgrad_shape()
    (shape.rows, shape.images, shape.lines, shape.pixels) = (outputs, 1, 1, tiles)
    (shape.a_pixel_step, shape.b_pixel_step) = (outputs, depth)
    for element in 0..<blocks.elements {
      for column in stride(from: 0, to: depth, by: panel) {
        shape.columns = min(panel, depth - column)
        wgrad(
          &shape, dy + element * blocks.step(outputs), x + element * blocks.step(depth) + column,
          sums + element * step + column, depth)
      }
    }
  }
}
