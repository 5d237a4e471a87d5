/// One axis of a separable resize: `output[..., o, ...] = sum over t of weights[o, t] * input[..., indices[o, t], ...]`.
package struct ResampleInstruction: PlanInstruction {
  package static var opcode: Opcode { .resample }

  /// float32, any strides.
  package var input: TensorID
  /// The input's shape but for the axis.
  package var output: TensorID
  /// Axis.
  package var axis: Int32
  /// Taps an output.
  package var taps: Int32
  /// int32 `[extent, taps]`, contiguous, within the input's extent.
  package var indices: TensorID
  /// float32 `[extent, taps]`, contiguous.
  package var weights: TensorID

  package init(input: TensorID, output: TensorID, axis: Int32, taps: Int32, indices: TensorID, weights: TensorID) {
    self.input = input
    self.output = output
    self.axis = axis
    self.taps = taps
    self.indices = indices
    self.weights = weights
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    let indices = try plan.operand(indices, "indices")
    let weights = try plan.operand(weights, "weights")
    try plan.require(input.type == .float32 && output.type == .float32, "the input or output is not float32")
    try plan.require(axis >= 0 && Int(axis) < input.rank, "the axis is none of the input's")
    var expected = input.shape
    expected[Int(axis)] = output.shape[Int(axis)]
    try plan.require(output.rank == input.rank && output.shape == expected, "the output has the wrong shape")
    try plan.require(taps >= 1, "there are no taps")
    let (entries, overflow) = output.extent(Int(axis)).multipliedReportingOverflow(by: Int(taps))
    try plan.require(indices.type == .int32 && !overflow && indices.count == entries, "the indices do not fit")
    try plan.require(
      weights.type == .float32 && weights.isContiguous && weights.count == entries, "the weights do not fit")
    let extent = input.extent(Int(axis))
    var isInside = true
    for index in try plan.values(of: indices, as: Int32.self) {
      isInside = isInside && index >= 0 && Int(index) < extent
    }
    try plan.require(isInside, "an index lies outside the input")
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let output = context.view(output)
    return StridedLoop.taskCount(
      threads: context.threads, work: output.elementCount.multipliedSaturating(by: Int(taps)),
      units: output.extent(Int(axis)))
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    let (axis, taps) = (Int(axis), Int(taps))
    let (x, y) = (input.pointer(as: Float.self), output.pointer(as: Float.self))
    let indices = context.view(indices).pointer(as: Int32.self)
    let weights = context.view(weights).pointer(as: Float.self)
    let loop = StridedLoop(input.shape, axes: ~(1 << UInt32(axis)), output.strides, input.strides)
    let (to, from) = (loop.step[0], loop.step[1])
    for position in StridedLoop.range(output.extent(axis), task: task, of: count) {
      let (index, weight) = (indices + position * taps, weights + position * taps)
      let target = y + position * output.stride(axis)
      loop.forEachRun { offsets, length in
        let row = target + offsets[0]
        for tap in 0..<taps {
          let source = x + (offsets[1] + Int(index[tap]) * input.stride(axis))
          let factor = weight[tap]
          if to == 1 && from == 1 {
            if tap == 0 {
              for i in 0..<length { row[i] = factor * source[i] }
            } else {
              for i in 0..<length { row[i] += factor * source[i] }
            }
          } else if tap == 0 {
            for i in 0..<length { row[i &* to] = factor * source[i &* from] }
          } else {
            for i in 0..<length { row[i &* to] += factor * source[i &* from] }
          }
        }
      }
    }
  }
}
