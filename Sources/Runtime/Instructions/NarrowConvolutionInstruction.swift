import CKernels

/// A 1 x 1 convolution of few output channels: `output = activation(conv(input) + bias + residual)`.
///
/// Vectors lie along the input channels. Three output channels cost three, where `ConvolutionInstruction` takes a whole
/// vector for them; so it takes whole vectors' channels only, and this the rest.
package struct NarrowConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .narrowConvolution }

  /// float32 `[N, H, W, Cin]`, channel stride 1.
  package var input: TensorID
  /// float32 `[Cout, K]`, contiguous: K is the next multiple of a vector's lanes from Cin on, zeros fill it up.
  package var weights: TensorID
  /// float32 `[Cout]`, contiguous; or none.
  package var bias: TensorID
  /// Added: float32 `[N, H, W, Cout]`, channel stride 1; or none.
  package var residual: TensorID
  /// float32 `[N, H, W, Cout]`, channel stride 1; Cout is at most half a vector.
  package var output: TensorID
  /// What is applied in the end: none, or one that clamps.
  package var activation: FusedActivation

  package init(
    input: TensorID, weights: TensorID, bias: TensorID, residual: TensorID, output: TensorID,
    activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.bias = bias
    self.residual = residual
    self.output = output
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let lanes = plan.tileLanes
    guard lanes > 0 else {
      throw .unsupported(reason: "a narrow convolution is for longer vectors than the instruction set has")
    }
    let (input, output) = (try plan.operand(input, "input"), try plan.result(output, "output"))
    let residual = try plan.optionalOperand(residual, "residual")
    for view in [input, output, residual ?? output] {
      try plan.require(
        view.type == .float32 && view.rank == 4 && (view.stride(3) == 1 || view.extent(3) == 1),
        "an image of a narrow convolution is not float32 with its channels side by side")
      try plan.require(
        (0..<3).allSatisfy { view.extent($0) == input.extent($0) }, "images of a narrow convolution do not fit")
    }
    let (depth, columns) = (input.extent(3), output.extent(3))
    try plan.require(
      (residual ?? output).extent(3) == columns, "the residual of a narrow convolution does not fit")
    try plan.require(
      depth >= 1 && columns >= 1 && columns <= lanes / 2, "a narrow convolution has no channels, or too many")
    let weights = try plan.operand(weights, "weights")
    try plan.require(
      weights.type == .float32 && weights.rank == 2 && weights.isContiguous && weights.extent(0) == columns
        && weights.extent(1) == NarrowConvolutionInstruction.paddedDepth(depth, lanes: lanes),
      "the weights of a narrow convolution do not fit")
    try plan.requireBias(bias, columns: columns)
    try plan.require(activation.isClamp, "the activation of a narrow convolution does not clamp")
  }

  /// Lines of pixels: one where all pixels of all images have the same distance.
  private func lines(_ context: ExecutionContext) -> (count: Int, pixels: Int) {
    let (input, output) = (context.view(input), context.view(output))
    let (lines, width) = (output.extent(0) * output.extent(1), output.extent(2))
    func isEven(_ view: TensorView) -> Bool {
      (view.extent(1) == 1 || view.stride(1) == width * view.stride(2))
        && (view.extent(0) == 1 || view.stride(0) == view.extent(1) * width * view.stride(2)) && width > 1
    }
    let residualIsEven = context.optionalView(residual).map(isEven) ?? true
    return isEven(input) && isEven(output) && residualIsEven ? (1, lines * width) : (lines, width)
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(
      "f32_narrow", tileOf: context.kernels,
      multiplyAccumulates: context.view(output).elementCount.multipliedSaturating(by: context.view(input).extent(3)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let output = context.view(output)
    let lines = lines(context)
    return Runtime.taskCount(
      units: lines.count == 1 ? lines.pixels : lines.count,
      operations: output.elementCount.multipliedSaturating(by: context.view(input).extent(3)),
      threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let lines = lines(context)
    if lines.count == 1 {
      multiply(line: 0, taskRange(task, of: count, lines.pixels), context)
    } else {
      for line in taskRange(task, of: count, lines.count) { multiply(line: line, 0..<lines.pixels, context) }
    }
  }

  /// Some pixels of a line.
  private func multiply(line: Int, _ pixels: Range<Int>, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_narrow else { return }
    let (input, output, weights) = (context.view(input), context.view(output), context.view(weights))
    func start(_ view: TensorView) -> UnsafeMutablePointer<Float> {
      view.pointer(as: Float.self) + line / view.extent(1) * view.stride(0) + line % view.extent(1) * view.stride(1)
        + pixels.lowerBound * view.stride(2)
    }
    let residual = context.optionalView(residual)
    let (lower, upper) = activation.bounds
    kernel(
      pixels.count, output.extent(3), input.extent(3), start(input), input.stride(2), weights.pointer(as: Float.self),
      weights.extent(1), context.optionalView(bias)?.pointer(as: Float.self), start(output), output.stride(2),
      residual.map { UnsafePointer(start($0)) }, residual?.stride(2) ?? 0, lower, upper)
  }

  private static func paddedDepth(_ depth: Int, lanes: Int) -> Int { (depth + lanes - 1) / lanes * lanes }

  /// Weights `[columns, depth]` as an instruction takes them, with their shape.
  package static func packed(
    _ weights: [Float], columns: Int, depth: Int, lanes: Int
  ) -> (values: [Float], shape: [Int]) {
    let padded = paddedDepth(depth, lanes: lanes)
    var values = [Float](repeating: 0, count: columns * padded)
    for column in 0..<columns {
      for k in 0..<depth { values[column * padded + k] = weights[column * depth + k] }
    }
    return (values, [columns, padded])
  }
}
