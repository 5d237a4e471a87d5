/// How a convolution's outputs meet its inputs, for the generic convolutions over 1 to 3 spatial axes.
///
/// Views are logical NC... with any strides. Output o meets input i through tap t where `i = o * stride + t * dilation -
/// padBegin`, or for a transposed convolution where `o = i * stride + t * dilation - padBegin`.
package struct ConvolutionWindow: BitwiseCopyable {
  package let groups: Int32
  package let spatialRank: Int32
  /// Lanes beyond `spatialRank` are not looked at, here and below.
  package let kernel: SIMD4<Int32>
  package let stride: SIMD4<Int32>
  package let dilation: SIMD4<Int32>
  package let padBegin: SIMD4<Int32>

  package init(
    groups: Int32, spatialRank: Int32, kernel: SIMD4<Int32>, stride: SIMD4<Int32>, dilation: SIMD4<Int32>,
    padBegin: SIMD4<Int32>
  ) {
    self.groups = groups
    self.spatialRank = spatialRank
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
  }

  /// Throws unless the tensors' shapes fit each other. Any extent of the output is fine: taps outside the input count
  /// as padding.
  package func validate(
    _ plan: PlanValidator, input: PlanOperand, weights: PlanOperand, output: PlanOperand, isTransposed: Bool
  ) throws(PlanError) {
    try plan.require(spatialRank >= 1 && spatialRank <= 3, "there are not 1 to 3 spatial axes")
    let spatialRank = Int(spatialRank)
    let rank = spatialRank + 2
    try plan.require(
      input.rank == rank && weights.rank == rank && output.rank == rank, "the operands' ranks do not fit")
    try plan.require(input.shape[0] == output.shape[0], "the batches differ")
    try plan.require(groups >= 1, "the number of groups is not positive")
    let groups = Int(groups)
    // Of a transposed convolution's weights the first axis is the input's.
    let (outer, inner) = isTransposed ? (input.extent(1), output.extent(1)) : (output.extent(1), input.extent(1))
    try plan.require(
      outer % groups == 0 && inner % groups == 0 && weights.extent(0) == outer && weights.extent(1) == inner / groups,
      "the weights do not fit the channels")
    for axis in 0..<spatialRank {
      try plan.require(kernel[axis] == weights.shape[axis + 2], "the weights do not fit the kernel")
      try plan.require(stride[axis] >= 1 && dilation[axis] >= 1, "a stride or dilation is not positive")
    }
  }

  /// Multiplications, those with padding counted.
  package func work(_ input: TensorView, _ output: TensorView) -> Int {
    var work = output.elementCount.multipliedSaturating(by: max(1, input.extent(1) / Int(groups)))
    for axis in 0..<Int(spatialRank) { work = work.multipliedSaturating(by: Int(kernel[axis])) }
    return work
  }

  /// How many tasks the work is worth.
  package func taskCount(_ input: TensorView, _ output: TensorView, threads: Int) -> Int {
    StridedLoop.taskCount(threads: threads, work: work(input, output), units: output.extent(0) * output.extent(1))
  }

  /// Visits the output elements of a task: `start(channel)` makes an accumulator, `tap` adds the products of a tap's
  /// input channels to it (offset in the input, offset in the weights, channels, their distance in both), `store` gets
  /// it with the offset in the output.
  @inline(__always)
  package func forEachOutput<A>(
    _ input: TensorView, _ weights: TensorView, _ output: TensorView, isTransposed: Bool, task: Int, of tasks: Int,
    _ start: (Int) -> A, tap: (inout A, Int, Int, Int, Int, Int) -> Void, store: (A, Int) -> Void
  ) {
    if output.elementCount == 0 { return }
    let outputChannels = output.extent(1)
    let groupOutputs = outputChannels / Int(groups)
    let groupInputs = input.extent(1) / Int(groups)
    let channelStep = input.stride(1)
    let weightStep = weights.stride(isTransposed ? 0 : 1)
    // Always three spatial axes: absent ones have extent 1.
    let (d0, d1, d2) = (
      Axis(self, input, weights, output, 0), Axis(self, input, weights, output, 1),
      Axis(self, input, weights, output, 2)
    )
    for unit in StridedLoop.range(output.extent(0) * outputChannels, task: task, of: tasks) {
      let (batch, channel) = (unit / outputChannels, unit % outputChannels)
      let group = channel / groupOutputs
      let inputBase = batch * input.stride(0) + group * groupInputs * channelStep
      let outputBase = batch * output.stride(0) + channel * output.stride(1)
      let weightBase =
        isTransposed
        ? group * groupInputs * weightStep + (channel - group * groupOutputs) * weights.stride(1)
        : channel * weights.stride(0)
      for o0 in 0..<d0.outputs {
        for o1 in 0..<d1.outputs {
          for o2 in 0..<d2.outputs {
            var accumulator = start(channel)
            for t0 in 0..<d0.taps {
              guard let i0 = d0.input(o0, t0, isTransposed) else { continue }
              for t1 in 0..<d1.taps {
                guard let i1 = d1.input(o1, t1, isTransposed) else { continue }
                for t2 in 0..<d2.taps {
                  guard let i2 = d2.input(o2, t2, isTransposed) else { continue }
                  let from = inputBase + i0 * d0.inputStep + i1 * d1.inputStep + i2 * d2.inputStep
                  let at = weightBase + t0 * d0.weightStep + t1 * d1.weightStep + t2 * d2.weightStep
                  tap(&accumulator, from, at, groupInputs, channelStep, weightStep)
                }
              }
            }
            store(accumulator, outputBase + o0 * d0.outputStep + o1 * d1.outputStep + o2 * d2.outputStep)
          }
        }
      }
    }
  }

  /// One spatial axis.
  private struct Axis {
    let inputs: Int
    let outputs: Int
    let taps: Int
    let inputStep: Int
    let outputStep: Int
    let weightStep: Int
    let stride: Int
    let dilation: Int
    let padBegin: Int

    init(
      _ window: ConvolutionWindow, _ input: TensorView, _ weights: TensorView, _ output: TensorView, _ axis: Int
    ) {
      let isPresent = axis < Int(window.spatialRank)
      // Views have extent 1 and stride 0 beyond their rank.
      inputs = input.extent(axis + 2)
      outputs = output.extent(axis + 2)
      inputStep = input.stride(axis + 2)
      outputStep = output.stride(axis + 2)
      weightStep = weights.stride(axis + 2)
      taps = isPresent ? Int(window.kernel[axis]) : 1
      stride = isPresent ? Int(window.stride[axis]) : 1
      dilation = isPresent ? Int(window.dilation[axis]) : 1
      padBegin = isPresent ? Int(window.padBegin[axis]) : 0
    }

    /// The input that an output meets through a tap, or nil where it lies in the padding or between inputs. All numbers
    /// are below 2^31, so that nothing overflows.
    @inline(__always)
    func input(_ output: Int, _ tap: Int, _ isTransposed: Bool) -> Int? {
      if !isTransposed {
        let position = output &* stride &+ tap &* dilation &- padBegin
        return position >= 0 && position < inputs ? position : nil
      }
      let scaled = output &+ padBegin &- tap &* dilation
      guard scaled >= 0, scaled % stride == 0 else { return nil }
      let position = scaled / stride
      return position < inputs ? position : nil
    }
  }
}
