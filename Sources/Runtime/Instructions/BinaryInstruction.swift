import CKernels

/// `output[i] = function(a[i], b[i])`; equal shapes (a broadcast operand has stride 0); `a` and `b` of one type.
///
/// Comparisons and logic write bool. `output` may be `a` or `b`.
package struct BinaryInstruction: PlanInstruction {
  package static var opcode: Opcode { .binary }

  /// Raw value of `BinaryFunction`.
  package var function: Int32
  /// Left operand.
  package var a: TensorID
  /// Right operand.
  package var b: TensorID
  /// Result.
  package var output: TensorID
  /// Applied to the result; floating-point types only.
  package var activation: FusedActivation

  package init(
    function: Int32, a: TensorID, b: TensorID, output: TensorID, activation: FusedActivation = .identity
  ) {
    self.function = function
    self.a = a
    self.b = b
    self.output = output
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let a = try plan.operand(a, "a")
    let b = try plan.operand(b, "b")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(a, output)
    try plan.requireSameShape(b, output)
    guard let function = BinaryFunction(rawValue: function) else {
      throw .malformed(reason: "instruction \(plan.position): unknown binary function \(function)")
    }
    try plan.require(a.type == b.type, "the operands' types differ")
    try plan.require(function.accepts(a.type), "the binary function is not defined for the type")
    try plan.require(output.type == (function.isPredicate ? .bool : a.type), "the output has the wrong type")
    try activation.validate(plan, output.type)
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 3) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let (a, b) = (context.view(a), context.view(b))
    return StridedLoop(a.shape, context.view(output).strides, a.strides, b.strides)
      .taskCount(threads: context.threads)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let function = BinaryFunction(rawValue: function) else { return }
    let type = context.view(a).type
    switch (type.computeClass, function.isPredicate) {
    case (.double, true): runPredicate(function, task, count, worker, context, Double.self)
    case (.signed, true): runPredicate(function, task, count, worker, context, Int64.self)
    case (.unsigned, true): runPredicate(function, task, count, worker, context, UInt64.self)
    case (.signed, false):
      run(task, count, worker, context, Int64.self, Int64.self) { a, b, n, y in
        function.evaluate(a, b, count: n, into: y)
      }
    case (.unsigned, false):
      run(task, count, worker, context, UInt64.self, UInt64.self) { a, b, n, y in
        function.evaluate(a, b, count: n, into: y)
      }
    case (.double, false):
      if type == .float32, runKernel(task, count, context) { return }
      let after = UnaryFunction(rawValue: activation.function)
      run(task, count, worker, context, Double.self, Double.self) { a, b, n, y in
        function.evaluate(a, b, count: n, into: y)
        after?.evaluate(y, count: n, into: y, alpha: activation.alpha, beta: activation.beta)
      }
    }
  }

  private func runPredicate<S: ComputeScalar>(
    _ function: BinaryFunction, _ task: Int, _ count: Int, _ worker: Int, _ context: ExecutionContext, _: S.Type
  ) {
    run(task, count, worker, context, S.self, UInt64.self) { a, b, n, y in
      function.test(a, b, count: n, into: y)
    }
  }

  /// Runs float32 by the instruction set's kernel, whose operands step by 0 or 1. Returns false, with nothing written,
  /// where strides or functions are none of the kernel's.
  private func runKernel(_ task: Int, _ count: Int, _ context: ExecutionContext) -> Bool {
    guard let kernel = context.kernels.pointee.f32_binary else { return false }
    let (a, b, output) = (context.view(a), context.view(b), context.view(output))
    let (x, y, z) = (a.pointer(as: Float.self), b.pointer(as: Float.self), output.pointer(as: Float.self))
    let loop = StridedLoop(a.shape, output.strides, a.strides, b.strides)
    let (aStep, bStep) = (loop.step[1], loop.step[2])
    let (lower, upper) = activation.bounds
    guard loop.isContiguous(views: 1), aStep <= 1, bStep <= 1, kernel(function, 0, x, 1, y, 1, z, lower, upper) else {
      return false
    }
    let after = activation.isClamp ? nil : context.kernels.pointee.f32_unary
    if !activation.isClamp {
      guard let after, after(activation.function, 0, z, z, 0, 0) else { return false }
    }
    loop.forEachRun(task: task, of: count) { offsets, length in
      let result = z + offsets[0]
      _ = kernel(function, length, x + offsets[1], aStep, y + offsets[2], bStep, result, lower, upper)
      if let after { _ = after(activation.function, length, result, result, activation.alpha, activation.beta) }
    }
    return true
  }

  /// Brings all runs of a task before `evaluate` as contiguous numbers.
  @inline(never)
  private func run<S: ComputeScalar, D: ComputeScalar>(
    _ task: Int, _ count: Int, _ worker: Int, _ context: ExecutionContext, _: S.Type, _: D.Type,
    _ evaluate: (UnsafePointer<S>, UnsafePointer<S>, Int, UnsafeMutablePointer<D>) -> Void
  ) {
    let (a, b, output) = (context.view(a), context.view(b), context.view(output))
    let loop = StridedLoop(a.shape, output.strides, a.strides, b.strides)
    let step = loop.step
    let (bytes, outputBytes) = (a.type.byteCount, output.type.byteCount)
    let scratch = context.scratch(worker: worker)
    let bufferA = scratch.assumingMemoryBound(to: S.self)
    let bufferB = bufferA + computeBlock
    let bufferY = (scratch + computeScratch(blocks: 2)).assumingMemoryBound(to: D.self)
    let isDirect = step[0] == 1 && output.type == D.elementType
    let isWhole = isDirect && step[1] == 1 && step[2] == 1 && a.type == S.elementType
    loop.forEachRun(task: task, of: count) { offsets, length in
      var x = UnsafeRawPointer(a.base + offsets[1] * bytes)
      var y = UnsafeRawPointer(b.base + offsets[2] * bytes)
      var z = output.base + offsets[0] * outputBytes
      var remaining = length
      // An operand that repeats is widened once a run.
      if step[1] == 0 { S.load(a.type, x, stride: 0, count: min(length, computeBlock), into: bufferA) }
      if step[2] == 0 { S.load(b.type, y, stride: 0, count: min(length, computeBlock), into: bufferB) }
      while remaining > 0 {
        let n = isWhole ? remaining : min(remaining, computeBlock)
        let left =
          step[1] == 0 ? UnsafePointer(bufferA) : S.read(a.type, x, stride: step[1], count: n, bufferA)
        let right =
          step[2] == 0 ? UnsafePointer(bufferB) : S.read(b.type, y, stride: step[2], count: n, bufferB)
        if isDirect {
          evaluate(left, right, n, z.assumingMemoryBound(to: D.self))
        } else {
          evaluate(left, right, n, bufferY)
          D.store(bufferY, count: n, output.type, z, stride: step[0])
        }
        x += n * step[1] * bytes
        y += n * step[2] * bytes
        z += n * step[0] * outputBytes
        remaining -= n
      }
    }
  }
}
