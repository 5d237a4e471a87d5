import CKernels

/// `output = lower < y < upper ? gradient : 0`, element by element, where an infinite bound is no bound: the gradient
/// of a clamp. `output` may be `gradient` or `y`.
package struct GradientMaskInstruction: PlanInstruction {
  package static var opcode: Opcode { .gradientMask }

  /// float32 or float64, any strides.
  package var gradient: TensorID
  /// The same shape and type, as the output.
  package var y: TensorID
  package var output: TensorID
  package var lower: Float
  package var upper: Float

  package init(gradient: TensorID, y: TensorID, output: TensorID, lower: Float, upper: Float) {
    self.gradient = gradient
    self.y = y
    self.output = output
    self.lower = lower
    self.upper = upper
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let gradient = try plan.operand(gradient, "gradient")
    let y = try plan.operand(y, "y")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(gradient, output)
    try plan.requireSameShape(y, output)
    try plan.require(
      (output.type == .float32 || output.type == .float64) && gradient.type == output.type && y.type == output.type,
      "the operands are not all float32, or all float64")
  }

  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let output = context.view(output)
    return StridedLoop(output.shape, output.strides, context.view(gradient).strides, context.view(y).strides)
  }

  package func taskCount(_ context: ExecutionContext) -> Int { loop(context).taskCount(threads: context.threads) }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (gradient, y, output) = (context.view(gradient), context.view(y), context.view(output))
    let loop = loop(context)
    if output.type == .float64 { return run(task, count, loop, context, as: Double.self) }
    guard loop.isContiguous(views: 3), let kernel = context.kernels.pointee.f32_mask else {
      return run(task, count, loop, context, as: Float.self)
    }
    loop.forEachRun(task: task, of: count) { at, length in
      kernel(
        length, gradient.pointer(as: Float.self) + at[1], y.pointer(as: Float.self) + at[2],
        output.pointer(as: Float.self) + at[0], lower, upper)
    }
  }

  private func run<T: RealScalar>(
    _ task: Int, _ count: Int, _ loop: StridedLoop, _ context: ExecutionContext, as type: T.Type
  ) {
    let (gradient, y) = (context.view(gradient).pointer(as: type), context.view(y).pointer(as: type))
    let output = context.view(output).pointer(as: type)
    let (lower, upper) = (T(self.lower), T(self.upper))
    let step = loop.step
    loop.forEachRun(task: task, of: count) { at, length in
      for i in 0..<length {
        let value = y[at[2] + i * step[2]]
        let passes = (value > lower || lower == -.infinity) && (value < upper || upper == .infinity)
        output[at[0] + i * step[0]] = passes ? gradient[at[1] + i * step[1]] : 0
      }
    }
  }
}
