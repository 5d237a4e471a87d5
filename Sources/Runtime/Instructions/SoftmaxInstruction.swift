import CKernels

/// Softmax or its logarithm along one axis; shifted by the maximum, so that it never overflows. float32 and float64.
package struct SoftmaxInstruction: PlanInstruction {
  package static var opcode: Opcode { .softmax }

  /// 1 for the logarithm.
  package var logarithm: Int32
  /// Any strides.
  package var input: TensorID
  /// The same type and shape.
  package var output: TensorID
  /// Axis.
  package var axis: Int32

  package init(logarithm: Int32, input: TensorID, output: TensorID, axis: Int32) {
    self.logarithm = logarithm
    self.input = input
    self.output = output
    self.axis = axis
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    try plan.require(input.type == output.type, "the operands' types differ")
    try plan.require(input.type == .float32 || input.type == .float64, "the input is neither float32 nor float64")
    try plan.require(axis >= 0 && Int(axis) < input.rank, "the axis is none of the input's")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 1) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let (_, loop) = line(context)
    return loop.taskCount(
      threads: context.threads, cost: context.view(input).extent(Int(axis)).multipliedSaturating(by: 8), grain: 1)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let scratch = context.scratch(worker: worker)
    let (input, output) = (context.view(input), context.view(output))
    let (line, loop) = line(context)
    if input.type == .float64 {
      run(task, count, line, loop, input.pointer(as: Double.self), output.pointer(as: Double.self), scratch) {
        values, n in
        for i in 0..<n { values[i] = Double.exponential(values[i]) }
      }
    } else {
      let kernel = context.kernels.pointee.f32_unary
      run(task, count, line, loop, input.pointer(as: Float.self), output.pointer(as: Float.self), scratch) {
        values, n in
        if let kernel, kernel(UnaryFunction.exponential.rawValue, n, values, values, 0, 0) { return }
        for i in 0..<n { values[i] = Float.exponential(values[i]) }
      }
    }
  }

  @inline(__always)
  private func run<R: RealScalar>(
    _ task: Int, _ count: Int, _ line: Line, _ loop: StridedLoop, _ x: UnsafeMutablePointer<R>,
    _ y: UnsafeMutablePointer<R>, _ scratch: UnsafeMutableRawPointer,
    _ exponential: (UnsafeMutablePointer<R>, Int) -> Void
  ) {
    loop.forEachRun(task: task, of: count, grain: 1) { offsets, length in
      for i in 0..<length {
        let at = offsets &+ loop.step &* i
        line.run(x + at[1], y + at[0], scratch.assumingMemoryBound(to: R.self), exponential)
      }
    }
  }

  /// What happens along the axis, and the loop over all other axes: output, input.
  private func line(_ context: ExecutionContext) -> (Line, StridedLoop) {
    let (input, output) = (context.view(input), context.view(output))
    let line = Line(
      count: input.extent(Int(axis)), from: input.stride(Int(axis)), to: output.stride(Int(axis)),
      isLogarithm: logarithm != 0)
    return (line, StridedLoop(input.shape, axes: ~(1 << UInt32(axis)), output.strides, input.strides))
  }

  /// The elements along the axis.
  private struct Line {
    let count: Int
    /// Distance of neighbours in the input.
    let from: Int
    /// Distance of neighbours in the output.
    let to: Int
    let isLogarithm: Bool

    /// `y = exp(x - max) / sum` or its logarithm; `exponential` works in place, `buffer` has a block.
    @inline(__always)
    func run<R: RealScalar>(
      _ x: UnsafeMutablePointer<R>, _ y: UnsafeMutablePointer<R>, _ buffer: UnsafeMutablePointer<R>,
      _ exponential: (UnsafeMutablePointer<R>, Int) -> Void
    ) {
      let maximum = maximum(x)
      var sum = 0.0
      var start = 0
      while start < count {
        let n = min(computeBlock, count - start)
        let source = x + start * from
        if from == 1 {
          for i in 0..<n { buffer[i] = source[i] - maximum }
        } else {
          for i in 0..<n { buffer[i] = source[i &* from] - maximum }
        }
        exponential(buffer, n)
        for i in 0..<n { sum += Double(buffer[i]) }
        if !isLogarithm {
          let target = y + start * to
          for i in 0..<n { target[i &* to] = buffer[i] }
        }
        start += n
      }
      if isLogarithm {
        let shift = R(em_log(sum))
        for i in 0..<count { y[i &* to] = x[i &* from] - maximum - shift }
      } else {
        let scale = R(1 / sum)
        if to == 1 {
          for i in 0..<count { y[i] *= scale }
        } else {
          for i in 0..<count { y[i &* to] *= scale }
        }
      }
    }

    /// The largest element that is a number; four comparisons run at a time.
    @inline(__always)
    private func maximum<R: RealScalar>(_ x: UnsafeMutablePointer<R>) -> R {
      var (a, b, c, d) = (-R.infinity, -R.infinity, -R.infinity, -R.infinity)
      var i = 0
      while i + 4 <= count {
        let p = x + i * from
        if p[0] > a { a = p[0] }
        if p[from] > b { b = p[from] }
        if p[2 * from] > c { c = p[2 * from] }
        if p[3 * from] > d { d = p[3 * from] }
        i += 4
      }
      while i < count {
        if x[i * from] > a { a = x[i * from] }
        i += 1
      }
      return max(max(a, b), max(c, d))
    }
  }
}
