/// `output = activation(input * weights + bias)` in float32 with packed weights.
package struct FullyConnectedInstruction: PlanInstruction {
  package static var opcode: Opcode { .fullyConnected }

  /// float32 `[M, K]`, column stride 1.
  package var input: TensorID
  /// Packed weights and bias, as `ek_f32_pack_gemm` lays them out.
  package var weights: TensorID
  /// float32 `[M, N]`, column stride 1.
  package var output: TensorID
  /// What is applied after bias and residual.
  package var activation: FusedActivation

  package init(input: TensorID, weights: TensorID, output: TensorID, activation: FusedActivation = .identity) {
    self.input = input
    self.weights = weights
    self.output = output
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.require(
      input.type == .float32 && input.rank == 2 && output.type == .float32 && output.rank == 2,
      "input and output of a fully connected layer are not float32 of 2 axes")
    try plan.require(
      (input.stride(1) == 1 || input.extent(1) == 1) && (output.stride(1) == 1 || output.extent(1) == 1),
      "columns of a fully connected layer are not neighbours in memory")
    try plan.require(
      input.extent(0) == output.extent(0) && input.extent(1) >= 1 && output.extent(1) >= 1,
      "input and output of a fully connected layer do not fit")
    try plan.require(activation.isNumeric, "the activation is unknown")
    try plan.requirePackedMatrix(
      weights, groups: 1, columns: output.extent(1), depth: input.extent(1), taps: 1)
  }

  /// A convolution with a 1 x 1 kernel over an image of one row.
  private func job(_ context: ExecutionContext) -> ConvolutionJob {
    let (input, output) = (context.view(input), context.view(output))
    func image(_ values: SIMD8<Int32>, _ outer: Int32) -> SIMD8<Int32> {
      SIMD8(outer, outer, values[0], values[1], 1, 1, 1, 1)
    }
    let one = WindowAxis(input: 1, output: 1, taps: 1, stride: 1, dilation: 1, padding: 0)
    let rows = WindowAxis(
      input: input.extent(0), output: input.extent(0), taps: 1, stride: 1, dilation: 1, padding: 0)
    let geometry = ConvolutionGeometry(
      inputShape: image(input.shape, 1), inputStrides: image(input.strides, 0),
      outputShape: image(output.shape, 1), outputStrides: image(output.strides, 0), residualStrides: nil, groups: 1,
      vertical: one, horizontal: rows)
    return ConvolutionJob(
      geometry: geometry, input: UnsafePointer(input.pointer(as: Float.self)),
      weights: UnsafePointer(context.view(weights).pointer(as: Float.self)), output: output.pointer(as: Float.self),
      residual: nil, activation: activation, kernels: context.kernels)
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    let geometry = job(context).geometry
    return InstructionSummary(
      geometry.pixels == 1 ? "f32_gemv" : "f32_gemm", tileOf: context.kernels, multiplyAccumulates: geometry.operations)
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    context.threads == 1 ? 1 : job(context).taskCount(threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    job(context).run(
      task: task, of: count, threads: context.threads, scratch: context.scratch(worker: worker))
  }
}
