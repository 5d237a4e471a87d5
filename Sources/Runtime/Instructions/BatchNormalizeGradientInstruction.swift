import CKernels

/// The gradient of a batch normalisation by its input, in one pass: with g the gradient that passes the activation,
/// s the deviation `sqrt(variance + epsilon)` and n pixels,
/// `output = scale / s * (g - biasGradient / n - (input - mean) / s * scaleGradient / n)`.
package struct BatchNormalizeGradientInstruction: PlanInstruction {
  package static var opcode: Opcode { .batchNormalizeGradient }

  /// float32 `[N, C, spatial...]`, channel stride 1, as the next two.
  package var gradient: TensorID
  package var input: TensorID
  /// The normalisation's result, or none where nothing is masked.
  package var y: TensorID
  /// float32 `[C]`, as the next four.
  package var scale: TensorID
  package var mean: TensorID
  package var variance: TensorID
  package var scaleGradient: TensorID
  package var biasGradient: TensorID
  /// Like the input.
  package var output: TensorID
  /// Receives g, or none. Like the input.
  package var masked: TensorID
  package var epsilon: Float
  /// An infinite bound is none.
  package var lower: Float
  package var upper: Float

  package init(
    gradient: TensorID, input: TensorID, y: TensorID, scale: TensorID, mean: TensorID, variance: TensorID,
    scaleGradient: TensorID, biasGradient: TensorID, output: TensorID, masked: TensorID, epsilon: Float, lower: Float,
    upper: Float
  ) {
    self.gradient = gradient
    self.input = input
    self.y = y
    self.scale = scale
    self.mean = mean
    self.variance = variance
    self.scaleGradient = scaleGradient
    self.biasGradient = biasGradient
    self.output = output
    self.masked = masked
    self.epsilon = epsilon
    self.lower = lower
    self.upper = upper
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    try plan.requirePixels(input)
    var others = [try plan.operand(gradient, "gradient"), try plan.result(output, "output")]
    if let y = try plan.optionalOperand(y, "y") { others.append(y) }
    if masked.index != -1 { others.append(try plan.result(masked, "masked")) }
    for operand in others {
      try plan.requireSameShape(input, operand)
      try plan.requirePixels(operand)
    }
    for vector in [scale, mean, variance, scaleGradient, biasGradient] {
      try plan.requireVector(plan.operand(vector, "a number a channel"), channels: input.extent(1))
    }
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let input = try? plan.operand(input, "input") else { return 0 }
    return 16 * paddedColumns(input.extent(1))
  }

  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let input = context.view(input)
    return StridedLoop(
      pixelsOf: input.shape, context.view(output).strides, input.strides, context.view(gradient).strides,
      context.optionalView(y)?.strides ?? .init(), context.optionalView(masked)?.strides ?? .init())
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    StridedLoop.taskCount(
      threads: context.threads, work: context.view(input).elementCount, units: loop(context).count)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let kernel = context.kernels.pointee.f32_normalize_gradient else { return }
    let (input, gradient, output) = (context.view(input), context.view(gradient), context.view(output))
    let (y, masked) = (context.optionalView(y), context.optionalView(masked))
    let loop = loop(context)
    var terms = terms(context, pixels: Double(loop.count), context.scratch(worker: worker))
    loop.forEachRun(in: taskRange(task, of: count, loop.count)) { at, length in
      var rows = ek_masked_rows(
        gradient: gradient.pointer(as: Float.self) + at[2], gradient_stride: loop.step[2],
        y: y.map { UnsafePointer($0.pointer(as: Float.self) + at[3]) }, y_stride: loop.step[3], lower: lower,
        upper: upper)
      kernel(
        length, input.extent(1), &rows, input.pointer(as: Float.self) + at[1], loop.step[1], &terms,
        output.pointer(as: Float.self) + at[0], loop.step[0], masked.map { $0.pointer(as: Float.self) + at[4] },
        loop.step[4])
    }
  }

  /// The numbers of every channel, in a worker's scratch memory.
  private func terms(
    _ context: ExecutionContext, pixels: Double, _ scratch: UnsafeMutableRawPointer
  ) -> ek_column_terms {
    let (scale, variance) = (context.view(scale), context.view(variance))
    let (scaleGradient, biasGradient) = (context.view(scaleGradient), context.view(biasGradient))
    let columns = scale.extent(0)
    let padded = paddedColumns(columns)
    let means = scratch.assumingMemoryBound(to: Float.self)
    let (factors, offsets, gradientFactors) = (means + padded, means + 2 * padded, means + 3 * padded)
    context.view(mean).copyVector(to: means)
    func element(_ view: TensorView, _ c: Int) -> Double { Double(view.pointer(as: Float.self)[c * view.stride(0)]) }
    for c in 0..<columns {
      let inverse = 1 / (element(variance, c) + Double(epsilon)).squareRoot()
      let factor = element(scale, c) * inverse
      gradientFactors[c] = Float(factor)
      factors[c] = Float(-factor * inverse * element(scaleGradient, c) / pixels)
      offsets[c] = Float(-factor * element(biasGradient, c) / pixels)
    }
    return ek_column_terms(mean: means, factor: factors, offset: offsets, gradient_factor: gradientFactors)
  }
}
