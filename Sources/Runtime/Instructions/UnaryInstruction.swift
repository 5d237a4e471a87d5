import CKernels

/// `output[i] = function(input[i])`, element by element; types and shapes equal.
///
/// `isNaN` and `isInfinite` write bool. `output` may be `input`.
package struct UnaryInstruction: PlanInstruction {
  package static var opcode: Opcode { .unary }

  /// Raw value of `UnaryFunction`.
  package var function: Int32
  /// Any strides.
  package var input: TensorID
  /// Any strides.
  package var output: TensorID
  /// First parameter of the function.
  package var alpha: Float
  /// Second parameter of the function.
  package var beta: Float

  package init(function: Int32, input: TensorID, output: TensorID, alpha: Float = 0, beta: Float = 0) {
    self.function = function
    self.input = input
    self.output = output
    self.alpha = alpha
    self.beta = beta
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    guard let function = UnaryFunction(rawValue: function) else {
      throw .malformed(reason: "instruction \(plan.position): unknown unary function \(function)")
    }
    try plan.require(function.accepts(input.type), "the unary function is not defined for the type")
    try plan.require(output.type == (function.isPredicate ? .bool : input.type), "the output has the wrong type")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 2) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let input = context.view(input)
    return StridedLoop(input.shape, context.view(output).strides, input.strides)
      .taskCount(threads: context.threads, cost: 4)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let function = UnaryFunction(rawValue: function) else { return }
    let type = context.view(input).type
    switch type.computeClass {
    case .signed where function.isExactForIntegers:
      run(task, count, worker, context, Int64.self) { x, n, y in
        function.evaluate(x, count: n, into: y, alpha: alpha, beta: beta)
      }
    case .unsigned where function.isExactForIntegers || type == .bool:
      run(task, count, worker, context, UInt64.self) { x, n, y in
        function.evaluate(x, count: n, into: y, alpha: alpha, beta: beta)
      }
    case .double, .signed, .unsigned:
      if type == .float32, !function.isPredicate, runKernel(task, count, context) { return }
      run(task, count, worker, context, Double.self) { x, n, y in
        function.evaluate(x, count: n, into: y, alpha: alpha, beta: beta)
      }
    }
  }

  /// Runs contiguous float32 by the instruction set's kernel. Returns false, with nothing written, where strides or
  /// function are none of the kernel's.
  private func runKernel(_ task: Int, _ count: Int, _ context: ExecutionContext) -> Bool {
    guard let kernel = context.kernels.pointee.f32_unary else { return false }
    let (input, output) = (context.view(input), context.view(output))
    let loop = StridedLoop(input.shape, output.strides, input.strides)
    let (x, y) = (input.pointer(as: Float.self), output.pointer(as: Float.self))
    guard loop.isContiguous(views: 2), kernel(function, 0, x, y, alpha, beta) else { return false }
    loop.forEachRun(task: task, of: count) { offsets, length in
      _ = kernel(function, length, x + offsets[1], y + offsets[0], alpha, beta)
    }
    return true
  }

  /// Brings all runs of a task before `evaluate` as contiguous numbers.
  @inline(never)
  private func run<S: ComputeScalar>(
    _ task: Int, _ count: Int, _ worker: Int, _ context: ExecutionContext, _: S.Type,
    _ evaluate: (UnsafePointer<S>, Int, UnsafeMutablePointer<S>) -> Void
  ) {
    let (input, output) = (context.view(input), context.view(output))
    let loop = StridedLoop(input.shape, output.strides, input.strides)
    let (outputStep, inputStep) = (loop.step[0], loop.step[1])
    let (inputBytes, outputBytes) = (input.type.byteCount, output.type.byteCount)
    let buffer = context.scratch(worker: worker).assumingMemoryBound(to: S.self)
    let isDirect = outputStep == 1 && output.type == S.elementType
    let isWhole = isDirect && inputStep == 1 && input.type == S.elementType
    loop.forEachRun(task: task, of: count) { offsets, length in
      var x = UnsafeRawPointer(input.base + offsets[1] * inputBytes)
      var y = output.base + offsets[0] * outputBytes
      var remaining = length
      while remaining > 0 {
        let n = isWhole ? remaining : min(remaining, computeBlock)
        let values = S.read(input.type, x, stride: inputStep, count: n, buffer)
        if isDirect {
          evaluate(values, n, y.assumingMemoryBound(to: S.self))
        } else {
          evaluate(values, n, buffer + computeBlock)
          S.store(buffer + computeBlock, count: n, output.type, y, stride: outputStep)
        }
        x += n * inputStep * inputBytes
        y += n * outputStep * outputBytes
        remaining -= n
      }
    }
  }
}
