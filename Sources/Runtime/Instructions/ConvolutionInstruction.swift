/// 2-D convolution in float32 with weights packed for the plan's micro-kernel: a GEMM over
/// rectangles of output pixels that have the same taps inside the input.
///
/// Input `[N, H, W, Cin]`, output and residual `[N, Hout, Wout, Cout]`: views with channel stride 1, so that both may be
/// slices of wider tensors. `output = activation(conv(input) + bias + residual)`.
package struct ConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .convolution }

  /// float32 `[N, H, W, Cin]`, channel stride 1.
  package var input: TensorID
  /// Packed weights and bias, as `ek_f32_pack_gemm` lays them out; group after group.
  package var weights: TensorID
  /// Added before the activation: float32, the output's shape, channel stride 1; or none.
  package var residual: TensorID
  /// float32 `[N, Hout, Wout, Cout]`, channel stride 1.
  package var output: TensorID
  /// Groups; each has `Cin / groups` inputs and `Cout / groups` outputs.
  package var groups: Int32
  /// Taps along the rows' axis.
  package var kernelHeight: Int32
  /// Taps along the columns' axis.
  package var kernelWidth: Int32
  /// Rows between neighbouring outputs.
  package var strideHeight: Int32
  /// Columns between neighbouring outputs.
  package var strideWidth: Int32
  /// Rows between neighbouring taps.
  package var dilationHeight: Int32
  /// Columns between neighbouring taps.
  package var dilationWidth: Int32
  /// Rows of zeros above the input; what lies below follows from the output's shape.
  package var padTop: Int32
  /// Columns of zeros left of the input.
  package var padLeft: Int32
  /// What is applied after bias and residual.
  package var activation: FusedActivation

  package init(
    input: TensorID, weights: TensorID, residual: TensorID, output: TensorID, groups: Int32, kernelHeight: Int32,
    kernelWidth: Int32, strideHeight: Int32, strideWidth: Int32, dilationHeight: Int32, dilationWidth: Int32,
    padTop: Int32, padLeft: Int32, activation: FusedActivation = .identity
  ) {
    self.input = input
    self.weights = weights
    self.residual = residual
    self.output = output
    self.groups = groups
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
    self.padTop = padTop
    self.padLeft = padLeft
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 4 && output.type == .float32 && output.rank == 4,
      "input and output of a convolution are not float32 of 4 axes")
    try plan.require(
      (input.stride(3) == 1 || input.extent(3) == 1) && (output.stride(3) == 1 || output.extent(3) == 1),
      "channels of a convolution are not neighbours in memory")
    if let residual = try plan.optionalOperand(residual, "residual") {
      try plan.requireSameShape(residual, output)
      try plan.require(
        residual.type == .float32 && (residual.stride(3) == 1 || residual.extent(3) == 1),
        "the residual of a convolution is not float32 with neighbouring channels")
    }
    let (channelsIn, channelsOut, groups) = (input.extent(3), output.extent(3), Int(groups))
    try plan.require(
      input.extent(0) == output.extent(0) && groups >= 1 && channelsIn >= 1 && channelsOut >= 1
        && channelsIn % groups == 0 && channelsOut % groups == 0,
      "the channels of a convolution do not fit its groups")
    let (vertical, horizontal) = axes(input.shape, output.shape)
    try plan.require(
      vertical.isSound && horizontal.isSound && vertical.taps * horizontal.taps <= 1 << 20,
      "kernel, stride, dilation or padding of a convolution is out of range")
    try plan.require(activation.isNumeric, "the activation is unknown")
    try plan.requirePackedMatrix(
      weights, groups: groups, columns: channelsOut / groups, depth: channelsIn / groups,
      taps: vertical.taps * horizontal.taps)
  }

  private func axes(
    _ input: SIMD8<Int32>, _ output: SIMD8<Int32>
  ) -> (vertical: WindowAxis, horizontal: WindowAxis) {
    (
      WindowAxis(
        input: Int(input[1]), output: Int(output[1]), taps: kernelHeight, stride: strideHeight,
        dilation: dilationHeight, padding: padTop),
      WindowAxis(
        input: Int(input[2]), output: Int(output[2]), taps: kernelWidth, stride: strideWidth,
        dilation: dilationWidth, padding: padLeft)
    )
  }

  private func job(_ context: ExecutionContext) -> ConvolutionJob {
    let (input, output) = (context.view(input), context.view(output))
    let residual = context.optionalView(residual)
    let (vertical, horizontal) = axes(input.shape, output.shape)
    let geometry = ConvolutionGeometry(
      inputShape: input.shape, inputStrides: input.strides, outputShape: output.shape, outputStrides: output.strides,
      residualStrides: residual?.strides, groups: groups, vertical: vertical, horizontal: horizontal)
    return ConvolutionJob(
      geometry: geometry, input: UnsafePointer(input.pointer(as: Float.self)),
      weights: UnsafePointer(context.view(weights).pointer(as: Float.self)), output: output.pointer(as: Float.self),
      residual: residual.map { UnsafePointer($0.pointer(as: Float.self)) }, activation: activation,
      kernels: context.kernels)
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input"), let output = try? plan.operand(output, "output") else {
      return 0
    }
    let (vertical, horizontal) = axes(input.shape, output.shape)
    let geometry = ConvolutionGeometry(
      inputShape: input.shape, inputStrides: input.strides, outputShape: output.shape, outputStrides: output.strides,
      residualStrides: (try? plan.optionalOperand(residual, "residual"))?.strides, groups: groups,
      vertical: vertical, horizontal: horizontal)
    return geometry.scratchBytes
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    let geometry = job(context).geometry
    return InstructionSummary(
      geometry.padsInput ? "f32_conv (padded copy)" : "f32_conv", tileOf: context.kernels,
      multiplyAccumulates: geometry.operations)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    context.threads == 1 ? 1 : job(context).taskCount(threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    job(context).run(
      task: task, of: count, threads: context.threads, scratch: context.scratch(worker: worker))
  }
}
