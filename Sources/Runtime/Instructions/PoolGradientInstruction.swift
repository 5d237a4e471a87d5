import CKernels

/// What an average is divided by, numbered for the file: never renumber, only add.
package enum PoolDivisor: Int32, Sendable {
  /// The taps inside the input.
  case inside = 0
  /// Those inside the input or its padding.
  case padded = 1
  /// One: a sum.
  case one = 2
}

/// The gradient of a maximum or average pooling by its input: every window's gradient goes to its first largest
/// element, or in equal parts to all. Views are logical NCHW with any strides.
///
/// Windows may overlap, so a task owns all elements of an image in a block of channels. The fast path is float32 with
/// channel stride 1 in all views (NHWC memory).
package struct PoolGradientInstruction: PlanInstruction {
  package static var opcode: Opcode { .poolGradient }

  /// Channels that stay together.
  private static let channelBlock = 64

  /// Raw value of `PoolKind`: maximum or average.
  package var kind: Int32
  /// `[N, C, spatial...]`, what was pooled; none for averages.
  package var input: TensorID
  /// The gradient by the pooling's output.
  package var gradient: TensorID
  /// `[N, C, spatial...]`.
  package var output: TensorID
  /// Number of spatial axes, 1 to 3; this and what follows as in `PoolInstruction`.
  package var spatialRank: Int32
  package var kernel: SIMD4<Int32>
  package var stride: SIMD4<Int32>
  package var dilation: SIMD4<Int32>
  package var padBegin: SIMD4<Int32>
  package var padEnd: SIMD4<Int32>
  /// Raw value of `PoolDivisor`.
  package var divisor: Int32

  package init(
    kind: Int32, input: TensorID, gradient: TensorID, output: TensorID, spatialRank: Int32, kernel: SIMD4<Int32>,
    stride: SIMD4<Int32>, dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>, padEnd: SIMD4<Int32>, divisor: Int32
  ) {
    self.kind = kind
    self.input = input
    self.gradient = gradient
    self.output = output
    self.spatialRank = spatialRank
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
    self.padEnd = padEnd
    self.divisor = divisor
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let gradient = try plan.operand(gradient, "gradient")
    let output = try plan.result(output, "output")
    let kind = PoolKind(rawValue: kind)
    try plan.require(kind == .maximum || kind == .average, "the pooling has no gradient of this kind")
    try plan.require(PoolDivisor(rawValue: divisor) != nil, "unknown divisor of an average")
    let input = try plan.optionalOperand(input, "input")
    try plan.require((input != nil) == (kind == .maximum), "a maximum's gradient needs the input, no other does")
    if let input {
      try plan.requireSameShape(input, output)
      try plan.require(input.type == output.type, "the operands' types differ")
    }
    let spatial = Int(spatialRank)
    try plan.require(
      (1...3).contains(spatial) && gradient.rank == spatial + 2 && output.rank == spatial + 2,
      "a pooling's gradient has the wrong number of axes")
    try plan.require(
      (output.type == .float32 || output.type == .float64) && gradient.type == output.type
        && gradient.extent(0) == output.extent(0) && gradient.extent(1) == output.extent(1),
      "the operands of a pooling's gradient do not fit")
    var taps = 1
    for axis in 0..<spatial {
      let window = self.axis(axis, output.shape, gradient.shape)
      try plan.require(
        window.isSound && padEnd[axis] >= 0 && padEnd[axis] <= WindowAxis.limit,
        "kernel, stride, dilation or padding of a pooling is out of range")
      taps = min(taps * window.taps, 1 << 24)
    }
    try plan.require(taps < 1 << 24, "the window of a pooling is too large")
  }

  /// One spatial axis of the pooling, whose input has the shape of this instruction's output.
  private func axis(_ axis: Int, _ input: SIMD8<Int32>, _ output: SIMD8<Int32>) -> WindowAxis {
    if axis >= spatialRank { return WindowAxis(input: 1, output: 1, taps: 1, stride: 1, dilation: 1, padding: 0) }
    return WindowAxis(
      input: Int(input[axis + 2]), output: Int(output[axis + 2]), taps: kernel[axis], stride: stride[axis],
      dilation: dilation[axis], padding: padBegin[axis])
  }

  /// Pointers to the taps of one window in input and output.
  package func scratchBytes(_ plan: PlanValidator) -> Int {
    guard let output = try? plan.operand(output, "output") else { return 0 }
    var taps = 1
    for axis in 0..<Int(spatialRank) { taps *= min(Int(kernel[axis]), output.extent(axis + 2)) }
    return 16 * taps
  }

  private func channelBlocks(_ channels: Int) -> Int {
    (channels + PoolGradientInstruction.channelBlock - 1) / PoolGradientInstruction.channelBlock
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let output = context.view(output)
    return StridedLoop.taskCount(
      threads: context.threads, work: output.elementCount.multipliedSaturating(by: 2),
      units: output.extent(0) * channelBlocks(output.extent(1)))
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (output, gradient, input) = (context.view(output), context.view(gradient), context.optionalView(input))
    let windows = PoolWindows(
      axes: (
        axis(0, output.shape, gradient.shape), axis(1, output.shape, gradient.shape),
        axis(2, output.shape, gradient.shape)
      ), padEnd: padEnd, divisor: PoolDivisor(rawValue: divisor) ?? .one)
    let blocks = channelBlocks(output.extent(1))
    let isFast =
      output.type == .float32 && output.stride(1) == 1 && gradient.stride(1) == 1 && (input?.stride(1) ?? 1) == 1
    for unit in taskRange(task, of: count, output.extent(0) * blocks) {
      let first = unit % blocks * PoolGradientInstruction.channelBlock
      let channels = first..<min(first + PoolGradientInstruction.channelBlock, output.extent(1))
      let job = PoolGradientJob(
        windows: windows, input: input, gradient: gradient, output: output, image: unit / blocks, channels: channels)
      if isFast {
        job.runPixels(context.scratch(worker: worker), context.kernels)
      } else if output.type == .float32 {
        job.run(as: Float.self)
      } else {
        job.run(as: Double.self)
      }
    }
  }
}
