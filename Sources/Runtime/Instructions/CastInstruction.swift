/// `output[i] = Type(input[i])`: toward zero from floating point to integer, nearest even between floating-point types.
///
/// Floating point beyond an integer's range becomes the nearest bound, what is not a number 0; integers wrap around;
/// everything but zero is true.
package struct CastInstruction: PlanInstruction {
  package static var opcode: Opcode { .cast }

  /// Any type.
  package var input: TensorID
  /// Any type, the same shape.
  package var output: TensorID

  package init(input: TensorID, output: TensorID) {
    self.input = input
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    try plan.requireSameShape(try plan.operand(input, "input"), try plan.result(output, "output"))
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 1) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let input = context.view(input)
    return StridedLoop(input.shape, context.view(output).strides, input.strides)
      .taskCount(threads: context.threads, cost: 2)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(input).type.computeClass {
    case .double: run(task, count, worker, context, Double.self)
    case .signed: run(task, count, worker, context, Int64.self)
    case .unsigned: run(task, count, worker, context, UInt64.self)
    }
  }

  /// Widens to `S`, which holds every value of the input's type, and narrows to the output's.
  private func run<S: ComputeScalar>(
    _ task: Int, _ count: Int, _ worker: Int, _ context: ExecutionContext, _: S.Type
  ) {
    let (input, output) = (context.view(input), context.view(output))
    let loop = StridedLoop(input.shape, output.strides, input.strides)
    let (outputStep, inputStep) = (loop.step[0], loop.step[1])
    let (inputBytes, outputBytes) = (input.type.byteCount, output.type.byteCount)
    let buffer = context.scratch(worker: worker).assumingMemoryBound(to: S.self)
    loop.forEachRun(task: task, of: count) { offsets, length in
      var x = UnsafeRawPointer(input.base + offsets[1] * inputBytes)
      var y = output.base + offsets[0] * outputBytes
      var remaining = length
      while remaining > 0 {
        let n = min(remaining, computeBlock)
        let values = S.read(input.type, x, stride: inputStep, count: n, buffer)
        S.store(values, count: n, output.type, y, stride: outputStep)
        x += n * inputStep * inputBytes
        y += n * outputStep * outputBytes
        remaining -= n
      }
    }
  }
}
