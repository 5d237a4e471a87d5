import CKernels

/// `output = clamp((input - mean) / sqrt(variance + epsilon) * scale + bias + residual, lower, upper)` by channels, in
/// one pass.
package struct BatchNormalizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .batchNormalize }

  /// float32 `[N, C, spatial...]`, channel stride 1.
  package var input: TensorID
  /// float32 `[C]`, as the next three.
  package var scale: TensorID
  package var bias: TensorID
  package var mean: TensorID
  package var variance: TensorID
  /// Like the input, or none.
  package var residual: TensorID
  /// Like the input.
  package var output: TensorID
  /// Added to the variance.
  package var epsilon: Float
  package var lower: Float
  package var upper: Float

  package init(
    input: TensorID, scale: TensorID, bias: TensorID, mean: TensorID, variance: TensorID, residual: TensorID,
    output: TensorID, epsilon: Float, lower: Float, upper: Float
  ) {
    self.input = input
    self.scale = scale
    self.bias = bias
    self.mean = mean
    self.variance = variance
    self.residual = residual
    self.output = output
    self.epsilon = epsilon
    self.lower = lower
    self.upper = upper
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    for operand in [input, output] { try plan.requirePixels(operand) }
    if let residual = try plan.optionalOperand(residual, "residual") {
      try plan.requireSameShape(input, residual)
      try plan.requirePixels(residual)
    }
    for vector in [scale, bias, mean, variance] {
      try plan.requireVector(plan.operand(vector, "a number a channel"), channels: input.extent(1))
    }
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input") else { return 0 }
    return 12 * paddedColumns(input.extent(1))
  }

  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let input = context.view(input)
    return StridedLoop(
      pixelsOf: input.shape, context.view(output).strides, input.strides,
      context.optionalView(residual)?.strides ?? .init())
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(input).elementCount, units: loop(context).count)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_normalize else { return }
    let (input, output) = (context.view(input), context.view(output))
    let columns = input.extent(1)
    let means = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    let (factors, offsets) = (means + paddedColumns(columns), means + 2 * paddedColumns(columns))
    context.view(mean).copyVector(to: means)
    context.view(bias).copyVector(to: offsets)
    let (scale, variance) = (context.view(scale), context.view(variance))
    for c in 0..<columns {
      let deviation = (Double(variance.pointer(as: Float.self)[c * variance.stride(0)]) + Double(epsilon)).squareRoot()
      factors[c] = Float(Double(scale.pointer(as: Float.self)[c * scale.stride(0)]) / deviation)
    }
    var terms = ek_column_terms(mean: means, factor: factors, offset: offsets, gradient_factor: nil)
    let residual = context.optionalView(residual)?.pointer(as: Float.self)
    let loop = loop(context)
    let step = loop.step
    loop.forEachRun(in: taskRange(task, of: count, loop.count)) { at, length in
      kernel(
        length, columns, input.pointer(as: Float.self) + at[1], step[1], &terms, residual.map { $0 + at[2] }, step[2],
        output.pointer(as: Float.self) + at[0], step[0], lower, upper)
    }
  }
}
