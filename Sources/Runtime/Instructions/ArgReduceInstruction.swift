/// Position of the largest or smallest element along an axis. The output has extent 1 at the axis.
package struct ArgReduceInstruction: PlanInstruction {
  package static var opcode: Opcode { .argReduce }

  /// 1 for the smallest.
  package var minimum: Int32
  /// 1 to take the last of equals.
  package var selectLast: Int32
  /// Any type.
  package var input: TensorID
  /// int64.
  package var output: TensorID
  /// Axis.
  package var axis: Int32

  package init(minimum: Int32, selectLast: Int32, input: TensorID, output: TensorID, axis: Int32) {
    self.minimum = minimum
    self.selectLast = selectLast
    self.input = input
    self.output = output
    self.axis = axis
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.require(axis >= 0 && Int(axis) < input.rank, "the axis is none of the input's")
    var expected = input.shape
    expected[Int(axis)] = 1
    try plan.require(output.rank == input.rank && output.shape == expected, "the output has the wrong shape")
    try plan.require(output.type == .int64, "the output is not int64")
    try plan.require(output.count == 0 || input.count > 0, "there is no extreme of nothing")
  }

  package func scratchBytes(_ plan: PlanValidator) -> Int { computeScratch(blocks: 2) }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).taskCount(
      threads: context.threads, cost: context.view(input).extent(Int(axis)).multipliedSaturating(by: 4), grain: 1)
  }

  /// The loop over all axes but the one: output, input.
  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let input = context.view(input)
    return StridedLoop(input.shape, axes: ~(1 << UInt32(axis)), context.view(output).strides, input.strides)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output).pointer(as: Int64.self))
    let loop = loop(context)
    let (extent, stride) = (input.extent(Int(axis)), input.stride(Int(axis)))
    let buffer = context.scratch(worker: worker)
    loop.forEachRun(task: task, of: count, grain: 1) { offsets, length in
      for i in 0..<length {
        output[offsets[0] + i * loop.step[0]] = Int64(
          position(input, offsets[1] + i * loop.step[1], extent, stride, buffer))
      }
    }
  }

  /// Position of the extreme among `extent` elements; a NaN is one, as in NumPy.
  private func position(
    _ input: TensorView, _ offset: Int, _ extent: Int, _ stride: Int, _ buffer: UnsafeMutableRawPointer
  ) -> Int {
    let bytes = input.type.byteCount
    // Keys of a minimum are complemented, so that the largest is sought in either case.
    let flip: Int64 = minimum != 0 ? -1 : 0
    var (best, bestKey) = (0, Int64.min)
    var start = 0
    while start < extent {
      let n = min(computeBlock, extent - start)
      let keys = OrderedKey.load(
        input.type, input.base + (offset + start * stride) * bytes, stride: stride, count: n, buffer,
        nan: minimum != 0 ? .min : .max)
      for i in 0..<n {
        let key = keys[i] ^ flip
        if key > bestKey || (key == bestKey && selectLast != 0) { (best, bestKey) = (start + i, key) }
      }
      start += n
    }
    return best
  }
}
