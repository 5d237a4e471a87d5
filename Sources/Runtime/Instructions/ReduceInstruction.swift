/// Reduces axes of the input. The output view has the input's rank with extent 1 at reduced axes.
package struct ReduceInstruction: PlanInstruction {
  package static var opcode: Opcode { .reduce }

  /// Raw value of `ReduceFunction`.
  package var function: Int32
  /// Any strides.
  package var input: TensorID
  /// The same type.
  package var output: TensorID
  /// Bit a is set where axis a is reduced.
  package var axes: Int32

  package init(function: Int32, input: TensorID, output: TensorID, axes: Int32) {
    self.function = function
    self.input = input
    self.output = output
    self.axes = axes
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    guard let function = ReduceFunction(rawValue: function) else {
      throw .malformed(reason: "instruction \(plan.position): unknown reduction \(function)")
    }
    try plan.require(function.accepts(input.type), "the reduction is not defined for the type")
    try plan.require(input.type == output.type, "the operands' types differ")
    try plan.requireReduced(output, input, axes)
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 3) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let input = context.view(input)
    let pattern = Pattern(input, context.view(output), axes, threads: context.threads)
    return StridedLoop.taskCount(threads: context.threads, work: input.elementCount, units: pattern.units)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    guard let function = ReduceFunction(rawValue: function) else { return }
    let scratch = context.scratch(worker: worker)
    switch context.view(input).type.computeClass {
    case .signed where function.isExactForIntegers: run(function, task, count, context, scratch, Int64.self)
    case .unsigned where function.isExactForIntegers: run(function, task, count, context, scratch, UInt64.self)
    case .double, .signed, .unsigned:
      if function == .logSumExp {
        runLogSumExp(task, count, context, scratch)
      } else {
        run(function, task, count, context, scratch, Double.self)
      }
    }
  }

  private func run<A: ReduceScalar>(
    _ function: ReduceFunction, _ task: Int, _ tasks: Int, _ context: ExecutionContext,
    _ scratch: UnsafeMutableRawPointer, _: A.Type
  ) {
    let (input, output) = (context.view(input), context.view(output))
    let pattern = Pattern(input, output, axes, threads: context.threads)
    let accumulators = scratch.assumingMemoryBound(to: A.self)
    let initial: A = function.initial(input.type)
    let sumsPixels = pattern.isColumnwise && ReduceInstruction.sumsPixels(function, input, pattern.kept)
    pattern.forEachBlock(task, tasks) { to, from, n in
      if sumsPixels {
        ReduceInstruction.sumPixels(
          function, input.pointer(as: Float.self) + from, pattern.reduced, columns: n,
          to: output.pointer(as: Float.self) + to, sums: scratch.assumingMemoryBound(to: Double.self),
          context.kernels)
        return
      }
      for i in 0..<n { accumulators[i] = initial }
      pattern.reduce(function, input, from, n, accumulators, accumulators + computeBlock)
      for i in 0..<n { accumulators[i] = function.finish(accumulators[i], count: pattern.reduced.count) }
      A.store(
        accumulators, count: n, output.type, output.base + to * output.type.byteCount, stride: pattern.kept.step[0])
    }
  }

  /// `m + log(sum of exp(x - m))` with the maximum m, so that nothing overflows.
  private func runLogSumExp(
    _ task: Int, _ tasks: Int, _ context: ExecutionContext, _ scratch: UnsafeMutableRawPointer
  ) {
    let (input, output) = (context.view(input), context.view(output))
    let pattern = Pattern(input, output, axes, threads: context.threads)
    let maxima = scratch.assumingMemoryBound(to: Double.self)
    let sums = maxima + computeBlock
    pattern.forEachBlock(task, tasks) { to, from, n in
      for i in 0..<n { maxima[i] = -.infinity }
      pattern.reduce(.maximum, input, from, n, maxima, maxima + 2 * computeBlock)
      // An infinite maximum would make inf - inf of it.
      for i in 0..<n { (maxima[i], sums[i]) = (maxima[i].isInfinite ? 0 : maxima[i], 0) }
      pattern.reduce(.sum, input, from, n, sums, maxima + 2 * computeBlock, shift: maxima)
      for i in 0..<n { sums[i] = maxima[i] + Double.logarithm(sums[i]) }
      Double.store(
        sums, count: n, output.type, output.base + to * output.type.byteCount, stride: pattern.kept.step[0])
    }
  }

  /// How elements are walked: whole outputs one after the other, or, where neighbouring outputs have neighbouring
  /// inputs (a pooling over pixels of NHWC memory), blocks of outputs row by row.
  private struct Pattern {
    /// The loop over outputs: output, input.
    let kept: StridedLoop
    /// The loop over what is reduced into one output: input.
    let reduced: StridedLoop
    let isColumnwise: Bool
    /// Outputs of a block.
    private let block: Int

    /// Blocks are whole cache lines of floats.
    private static let blockUnit = 16

    init(_ input: TensorView, _ output: TensorView, _ axes: Int32, threads: Int) {
      let mask = UInt32(bitPattern: axes)
      kept = StridedLoop(input.shape, axes: ~mask, output.strides, input.strides)
      reduced = StridedLoop(input.shape, axes: mask, input.strides)
      isColumnwise =
        kept.innerCount > 1 && kept.step[1] > 0 && (reduced.count <= 1 || kept.step[1] < reduced.step[0])
      // Where there are fewer runs than threads, a run is shared.
      let sharing = kept.runCount < threads ? max(threads, 1) : 1
      let share = (kept.innerCount + sharing - 1) / sharing
      let rounded = (share + Pattern.blockUnit - 1) / Pattern.blockUnit * Pattern.blockUnit
      block = min(max(rounded, Pattern.blockUnit), computeBlock)
    }

    private var blocksPerRun: Int { (kept.innerCount + block - 1) / block }

    /// In how many pieces tasks may share the work.
    var units: Int { isColumnwise ? kept.runCount * blocksPerRun : kept.count }

    /// Calls `body` with the offsets of output and input and the length of each block of outputs of a task.
    @inline(__always)
    func forEachBlock(_ task: Int, _ tasks: Int, _ body: (Int, Int, Int) -> Void) {
      if kept.count == 0 { return }
      if isColumnwise {
        let blocks = blocksPerRun
        for unit in StridedLoop.range(units, task: task, of: tasks) {
          let (run, start) = (unit / blocks, unit % blocks * block)
          kept.forEachOuter(run..<run + 1) { offsets in
            let at = offsets &+ kept.step &* start
            body(at[0], at[1], min(block, kept.innerCount - start))
          }
        }
      } else {
        kept.forEachRun(task: task, of: tasks, grain: 1) { offsets, length in
          for i in 0..<length {
            let at = offsets &+ kept.step &* i
            body(at[0], at[1], 1)
          }
        }
      }
    }

    /// Reduces the inputs of `n` outputs onto their accumulators; `buffer` has a block. With `shift` the values are
    /// `exp(x - shift)`.
    @inline(__always)
    func reduce<A: ReduceScalar>(
      _ function: ReduceFunction, _ input: TensorView, _ from: Int, _ n: Int, _ accumulators: UnsafeMutablePointer<A>,
      _ buffer: UnsafeMutablePointer<A>, shift: UnsafePointer<A>? = nil
    ) {
      let bytes = input.type.byteCount
      let step = reduced.step[0]
      reduced.forEachRun { offsets, length in
        let start = input.base + (from + offsets[0]) * bytes
        if isColumnwise {
          for i in 0..<length {
            let values = load(input.type, start + i * step * bytes, kept.step[1], n, buffer, shift, shiftStep: 1)
            function.accumulate(values, count: n, into: accumulators)
          }
        } else {
          var done = 0
          while done < length {
            let m = min(computeBlock, length - done)
            let values = load(input.type, start + done * step * bytes, step, m, buffer, shift, shiftStep: 0)
            accumulators[0] = function.fold(values, count: m, onto: accumulators[0])
            done += m
          }
        }
      }
    }

    @inline(__always)
    private func load<A: ReduceScalar>(
      _ type: ElementType, _ source: UnsafeRawPointer, _ stride: Int, _ n: Int, _ buffer: UnsafeMutablePointer<A>,
      _ shift: UnsafePointer<A>?, shiftStep: Int
    ) -> UnsafePointer<A> {
      guard let shift else { return A.read(type, source, stride: stride, count: n, buffer) }
      A.load(type, source, stride: stride, count: n, into: buffer)
      for i in 0..<n { buffer[i] = A.exponential(buffer[i] - shift[i * shiftStep]) }
      return UnsafePointer(buffer)
    }
  }
}

extension PlanValidator {
  /// Throws unless `axes` names axes of `input` only and `output` is its shape with extent 1 at them.
  func requireReduced(_ output: PlanOperand, _ input: PlanOperand, _ axes: Int32) throws(PlanError) {
    try require(axes >= 0 && axes >> Int32(input.rank) == 0, "the axes are none of the input's")
    var expected = input.shape
    for axis in 0..<input.rank where axes >> Int32(axis) & 1 == 1 { expected[axis] = 1 }
    try require(output.rank == input.rank && output.shape == expected, "the output has the wrong shape")
  }
}
