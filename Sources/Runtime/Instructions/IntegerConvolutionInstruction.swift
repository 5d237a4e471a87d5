/// N-D convolution of 8-bit integers into int32: `sum (input - inputZeroPoint) * (weights - weightZeroPoint)`.
///
/// Views are logical NCHW. Padding counts as the input's zero point.
package struct IntegerConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .integerConvolution }

  /// int8 or uint8 `[N, Cin, spatial...]`.
  package var input: TensorID
  /// One element, or none for 0.
  package var inputZeroPoint: TensorID
  /// int8 or uint8 `[Cout, Cin / groups, kernel...]`.
  package var weights: TensorID
  /// Broadcast to `[Cout]`, or none for 0.
  package var weightZeroPoint: TensorID
  /// int32 `[Cout]` or none.
  package var bias: TensorID
  /// int32 `[N, Cout, spatial...]`.
  package var output: TensorID
  /// Groups.
  package var groups: Int32
  /// Number of spatial axes, 1 to 3.
  package var spatialRank: Int32
  /// Taps along each spatial axis (unused lanes 1).
  package var kernel: SIMD4<Int32>
  /// Distance between neighbouring outputs.
  package var stride: SIMD4<Int32>
  /// Distance between neighbouring taps.
  package var dilation: SIMD4<Int32>
  /// Padding before the first element of each spatial axis.
  package var padBegin: SIMD4<Int32>

  package init(
    input: TensorID, inputZeroPoint: TensorID, weights: TensorID, weightZeroPoint: TensorID, bias: TensorID,
    output: TensorID, groups: Int32, spatialRank: Int32, kernel: SIMD4<Int32>, stride: SIMD4<Int32>,
    dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>
  ) {
    self.input = input
    self.inputZeroPoint = inputZeroPoint
    self.weights = weights
    self.weightZeroPoint = weightZeroPoint
    self.bias = bias
    self.output = output
    self.groups = groups
    self.spatialRank = spatialRank
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padBegin = padBegin
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let weights = try plan.operand(weights, "weights")
    let output = try plan.result(output, "output")
    try window.validate(plan, input: input, weights: weights, output: output, isTransposed: false)
    try plan.require(
      (input.type == .int8 || input.type == .uint8) && (weights.type == .int8 || weights.type == .uint8),
      "input or weights are not of 8 bits")
    try plan.require(output.type == .int32, "the output is not int32")
    if let zero = try plan.optionalOperand(inputZeroPoint, "inputZeroPoint") {
      try plan.require(zero.type == input.type && zero.count == 1, "the input's zero point does not fit")
    }
    if let zero = try plan.optionalOperand(weightZeroPoint, "weightZeroPoint") {
      try plan.require(
        zero.type == weights.type && zero.rank == 1 && zero.shape[0] == output.shape[1],
        "the weights' zero point does not fit")
    }
    if let bias = try plan.optionalOperand(bias, "bias") {
      try plan.require(
        bias.type == .int32 && bias.rank == 1 && bias.shape[0] == output.shape[1], "the bias does not fit")
    }
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    window.taskCount(context.view(input), context.view(output), threads: context.threads)
  }

  private var window: ConvolutionWindow {
    ConvolutionWindow(
      groups: groups, spatialRank: spatialRank, kernel: kernel, stride: stride, dilation: dilation, padBegin: padBegin)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch (context.view(input).type, context.view(weights).type) {
    case (.int8, .int8): run(task, count, context, Int8.self, Int8.self)
    case (.int8, _): run(task, count, context, Int8.self, UInt8.self)
    case (_, .int8): run(task, count, context, UInt8.self, Int8.self)
    case (_, _): run(task, count, context, UInt8.self, UInt8.self)
    }
  }

  private func run<X: FixedWidthInteger & BitwiseCopyable, W: FixedWidthInteger & BitwiseCopyable>(
    _ task: Int, _ count: Int, _ context: ExecutionContext, _: X.Type, _: W.Type
  ) {
    let (input, weights, output) = (context.view(input), context.view(weights), context.view(output))
    let (x, w, y) = (input.pointer(as: X.self), weights.pointer(as: W.self), output.pointer(as: Int32.self))
    let bias = context.optionalView(bias)
    let (biases, biasStep) = (bias?.pointer(as: Int32.self), bias?.stride(0) ?? 0)
    let inputZero = context.optionalView(inputZeroPoint).map { Int32($0.pointer(as: X.self).pointee) } ?? 0
    let zero = context.optionalView(weightZeroPoint)
    let (zeros, zeroStep) = (zero?.pointer(as: W.self), zero?.stride(0) ?? 0)
    window.forEachOutput(input, weights, output, isTransposed: false, task: task, of: count) { channel in
      (
        sum: biases.map { $0[channel * biasStep] } ?? 0, zero: zeros.map { Int32($0[channel * zeroStep]) } ?? 0
      )
    } tap: { state, from, at, channels, step, weightStep in
      let zero = state.zero
      var sum: Int32 = 0
      for c in 0..<channels {
        sum &+= (Int32(x[from &+ c &* step]) &- inputZero) &* (Int32(w[at &+ c &* weightStep]) &- zero)
      }
      state.sum &+= sum
    } store: { state, to in
      y[to] = state.sum
    }
  }
}
