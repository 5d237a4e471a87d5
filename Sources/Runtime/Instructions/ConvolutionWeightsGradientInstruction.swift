import CKernels

/// The derivative of a loss by the weights of a 2-D convolution, from the input and the derivative by the output:
/// `output[co][v][u][ci] = sum over output pixels of gradient[pixel][co] * input[pixel's tap (v, u)][ci]`.
///
/// The output pixels are cut into chunks, whose sums are apart: where weights are few, tiles of the result alone would
/// not keep several workers busy. Whoever emits the instruction adds them up.
package struct ConvolutionWeightsGradientInstruction: PlanInstruction {
  package static var opcode: Opcode { .convolutionWeightsGradient }

  /// float32 `[N, H, W, Cin]`, channel stride 1.
  package var input: TensorID
  /// The derivative by the output: float32 `[N, Hout, Wout, Cout]`, channel stride 1.
  package var gradient: TensorID
  /// float32 `[chunks, Cout, tap rows, tap columns, Cin / groups]`, last stride 1.
  package var output: TensorID
  /// Groups; each has `Cin / groups` inputs and `Cout / groups` outputs.
  package var groups: Int32
  /// Rows between neighbouring outputs.
  package var strideHeight: Int32
  /// Columns between neighbouring outputs.
  package var strideWidth: Int32
  /// Rows between neighbouring taps.
  package var dilationHeight: Int32
  /// Columns between neighbouring taps.
  package var dilationWidth: Int32
  /// Rows of zeros above the input; what lies below follows from the shapes.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32

  package init(
    input: TensorID, gradient: TensorID, output: TensorID, groups: Int32, strideHeight: Int32, strideWidth: Int32,
    dilationHeight: Int32, dilationWidth: Int32, padTop: Int32, padLeft: Int32
  ) {
    self.input = input
    self.gradient = gradient
    self.output = output
    self.groups = groups
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padTop = padTop
    self.padLeft = padLeft
  }

  /// How many chunks to ask for: a number that depends on shapes and instruction set only.
  ///
  /// - Parameters:
  ///   - pixels: Output pixels of all images.
  ///   - depth: Input channels of a group.
  ///   - outputs: Output channels of a group.
  ///   - tileRows: The micro-kernel's.
  package static func chunks(pixels: Int, groups: Int, depth: Int, outputs: Int, tileRows: Int) -> Int {
    WeightsGradientGeometry.chunks(
      pixels: pixels,
      tiles: max(1, groups * ((depth + 127) / 128) * ((outputs + tileRows - 1) / max(tileRows, 1))))
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let gradient = try plan.operand(gradient, "gradient")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 4 && gradient.type == .float32 && gradient.rank == 4
        && output.type == .float32 && output.rank == 5,
      "operands of a weights gradient are not float32 of 4, 4 and 5 axes")
    try plan.require(
      (input.stride(3) == 1 || input.extent(3) == 1) && (gradient.stride(3) == 1 || gradient.extent(3) == 1)
        && (output.stride(4) == 1 || output.extent(4) == 1),
      "channels of a weights gradient are not neighbours in memory")
    let groups = Int(groups)
    try plan.require(
      input.extent(0) == gradient.extent(0) && groups >= 1 && input.extent(3) >= 1 && gradient.extent(3) >= 1
        && input.extent(3) % groups == 0 && gradient.extent(3) % groups == 0 && output.extent(0) >= 1
        && output.extent(1) == gradient.extent(3) && output.extent(4) == input.extent(3) / groups,
      "the operands of a weights gradient do not fit")
    let (vertical, horizontal) = axes(input.shape, gradient.shape, output.shape)
    try plan.require(
      vertical.isSound && horizontal.isSound && vertical.taps * horizontal.taps <= 1 << 20,
      "kernel, stride, dilation or padding of a weights gradient is out of range")
  }

  private func axes(
    _ input: SIMD8<Int32>, _ gradient: SIMD8<Int32>, _ output: SIMD8<Int32>
  ) -> (vertical: WindowAxis, horizontal: WindowAxis) {
    (
      WindowAxis(
        input: Int(input[1]), output: Int(gradient[1]), taps: output[2], stride: strideHeight,
        dilation: dilationHeight, padding: padTop),
      WindowAxis(
        input: Int(input[2]), output: Int(gradient[2]), taps: output[3], stride: strideWidth,
        dilation: dilationWidth, padding: padLeft)
    )
  }

  private func geometry(
    _ input: (shape: SIMD8<Int32>, strides: SIMD8<Int32>), _ gradient: (shape: SIMD8<Int32>, strides: SIMD8<Int32>),
    _ output: (shape: SIMD8<Int32>, strides: SIMD8<Int32>)
  ) -> WeightsGradientGeometry {
    let (vertical, horizontal) = axes(input.shape, gradient.shape, output.shape)
    return WeightsGradientGeometry(
      inputShape: input.shape, inputStrides: input.strides, gradientShape: gradient.shape,
      gradientStrides: gradient.strides, tapStride: Int(output.strides[3]), groups: Int(groups),
      chunks: Int(output.shape[0]), vertical: vertical, horizontal: horizontal)
  }

  private func job(_ context: ExecutionContext) -> WeightsGradientJob {
    let (input, gradient, output) = (context.view(input), context.view(gradient), context.view(output))
    return WeightsGradientJob(
      geometry: geometry(
        (input.shape, input.strides), (gradient.shape, gradient.strides), (output.shape, output.strides)),
      input: input, gradient: gradient, output: output, kernels: context.kernels)
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input"), let gradient = try? plan.operand(gradient, "gradient"),
      let output = try? plan.operand(output, "output")
    else { return 0 }
    return geometry(
      (input.shape, input.strides), (gradient.shape, gradient.strides), (output.shape, output.strides)
    ).scratchBytes
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    if context.threads == 1 { return 1 }
    let job = job(context)
    return Runtime.taskCount(
      units: job.units, operations: job.geometry.operations, threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    job(context).run(task: task, of: count, scratch: context.scratch(worker: worker))
  }
}
