/// N-D convolution, any strides, groups and dilations, one output element at a time: for what the fast kernels refuse.
///
/// Views are logical NCHW (`[N, C, spatial...]`, any strides), weights `[Cout, Cin/groups, kernel...]`. float32 and float64.
package struct DirectConvolutionInstruction: PlanInstruction {
  package static var opcode: Opcode { .directConvolution }

  /// `[N, Cin, spatial...]`.
  package var input: TensorID
  /// `[Cout, Cin / groups, kernel...]`.
  package var weights: TensorID
  /// `[Cout]` or none.
  package var bias: TensorID
  /// `[N, Cout, spatial...]`.
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
    input: TensorID, weights: TensorID, bias: TensorID, output: TensorID, groups: Int32, spatialRank: Int32,
    kernel: SIMD4<Int32>, stride: SIMD4<Int32>, dilation: SIMD4<Int32>, padBegin: SIMD4<Int32>
  ) {
    self.input = input
    self.weights = weights
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
    try plan.require(input.type == .float32 || input.type == .float64, "the input is neither float32 nor float64")
    try plan.require(weights.type == input.type && output.type == input.type, "the operands' types differ")
    if let bias = try plan.optionalOperand(bias, "bias") {
      try plan.require(
        bias.type == input.type && bias.rank == 1 && bias.shape[0] == output.shape[1], "the bias does not fit")
    }
  }

  package func summary(_ context: ExecutionContext) -> InstructionSummary {
    InstructionSummary(multiplyAccumulates: window.work(context.view(input), context.view(output)))
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    window.taskCount(context.view(input), context.view(output), threads: context.threads)
  }

  private var window: ConvolutionWindow {
    ConvolutionWindow(
      groups: groups, spatialRank: spatialRank, kernel: kernel, stride: stride, dilation: dilation, padBegin: padBegin)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    if context.view(input).type == .float32 {
      run(task, count, context, Float.self)
    } else {
      run(task, count, context, Double.self)
    }
  }

  /// Products and sums in double precision: the order of summation does not show.
  private func run<R: RealScalar>(_ task: Int, _ count: Int, _ context: ExecutionContext, _: R.Type) {
    let (input, weights, output) = (context.view(input), context.view(weights), context.view(output))
    let bias = context.optionalView(bias)
    let (x, w, y) = (input.pointer(as: R.self), weights.pointer(as: R.self), output.pointer(as: R.self))
    let biases = bias?.pointer(as: R.self)
    let biasStep = bias?.stride(0) ?? 0
    window.forEachOutput(input, weights, output, isTransposed: false, task: task, of: count) { channel in
      biases.map { Double($0[channel * biasStep]) } ?? 0
    } tap: { sum, from, at, channels, step, weightStep in
      for c in 0..<channels {
        sum += Double(x[from &+ c &* step]) * Double(w[at &+ c &* weightStep])
      }
    } store: { sum, to in
      y[to] = R(sum)
    }
  }
}
