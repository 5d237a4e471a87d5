import CKernels

/// What a batch normalisation's gradient needs of every channel, for each chunk of a batch's pixels: the sum of g and
/// that of `g * (x - mean)`, where g is the gradient that passes the activation: `lower < y < upper ? gradient : 0`.
///
/// The pixels are cut into as many chunks as `partials` has, whatever the number of workers.
package struct BatchGradientSumsInstruction: PlanInstruction {
  package static var opcode: Opcode { .batchGradientSums }

  /// float32 `[N, C, spatial...]`, channel stride 1, as the next two.
  package var gradient: TensorID
  package var input: TensorID
  /// The normalisation's result, or none where nothing is masked.
  package var y: TensorID
  /// float32 `[C]`.
  package var mean: TensorID
  /// float64 `[chunks, 2, C]`, contiguous.
  package var partials: TensorID
  /// An infinite bound is none.
  package var lower: Float
  package var upper: Float

  package init(
    gradient: TensorID, input: TensorID, y: TensorID, mean: TensorID, partials: TensorID, lower: Float, upper: Float
  ) {
    self.gradient = gradient
    self.input = input
    self.y = y
    self.mean = mean
    self.partials = partials
    self.lower = lower
    self.upper = upper
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    try plan.requirePixels(input)
    for operand in [try plan.operand(gradient, "gradient"), try plan.optionalOperand(y, "y")] {
      guard let operand else { continue }
      try plan.requireSameShape(input, operand)
      try plan.requirePixels(operand)
    }
    try plan.requireVector(plan.operand(mean, "mean"), channels: input.extent(1))
    try plan.requireChunks(plan.result(partials, "partials"), channels: input.extent(1))
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input") else { return 0 }
    return 4 * paddedColumns(input.extent(1))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(input).elementCount, units: context.view(partials).extent(0))
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_gradient_sums else { return }
    let (input, gradient, partials) = (context.view(input), context.view(gradient), context.view(partials))
    let y = context.optionalView(y)
    let loop = StridedLoop(pixelsOf: input.shape, input.strides, gradient.strides, y?.strides ?? .init())
    let (chunks, columns) = (partials.extent(0), partials.extent(2))
    let means = context.scratch(worker: worker).assumingMemoryBound(to: Float.self)
    context.view(mean).copyVector(to: means)
    for chunk in taskRange(task, of: count, chunks) {
      let sums = partials.pointer(as: Double.self) + chunk * 2 * columns
      sums.update(repeating: 0, count: 2 * columns)
      loop.forEachRun(in: taskRange(chunk, of: chunks, loop.count)) { at, length in
        var rows = ek_masked_rows(
          gradient: gradient.pointer(as: Float.self) + at[1], gradient_stride: loop.step[1],
          y: y.map { UnsafePointer($0.pointer(as: Float.self) + at[2]) }, y_stride: loop.step[2], lower: lower,
          upper: upper)
        kernel(
          length, columns, &rows, input.pointer(as: Float.self) + at[0], loop.step[0], means, sums, sums + columns)
      }
    }
  }
}
