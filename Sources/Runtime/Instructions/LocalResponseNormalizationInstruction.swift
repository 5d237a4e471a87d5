import CKernels

/// ONNX LRN over the channels of a logical NC... view:
/// `output = input / (bias + alpha / size * sum of squares over size neighbouring channels)^beta`. float32.
package struct LocalResponseNormalizationInstruction: PlanInstruction {
  package static var opcode: Opcode { .localResponseNormalization }

  /// `[N, C, spatial...]`.
  package var input: TensorID
  /// The same shape.
  package var output: TensorID
  /// Channels in the sum.
  package var size: Int32
  /// alpha.
  package var alpha: Float
  /// beta.
  package var beta: Float
  /// k.
  package var bias: Float

  package init(input: TensorID, output: TensorID, size: Int32, alpha: Float, beta: Float, bias: Float) {
    self.input = input
    self.output = output
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    try plan.require(input.type == .float32 && output.type == .float32, "the input or output is not float32")
    try plan.require(input.rank >= 2, "the input has no channels")
    try plan.require(size >= 1, "the size is not positive")
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    let channels = context.view(input).extent(1)
    return loop(context).taskCount(
      threads: context.threads, cost: channels.multipliedSaturating(by: 16), grain: 1)
  }

  /// The loop over all axes but the channels: output, input.
  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let input = context.view(input)
    return StridedLoop(input.shape, axes: ~2, context.view(output).strides, input.strides)
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    let (x, y) = (input.pointer(as: Float.self), output.pointer(as: Float.self))
    let (channels, from, to) = (input.extent(1), input.stride(1), output.stride(1))
    let loop = loop(context)
    // ONNX: the window has floor((size - 1) / 2) channels before and ceil((size - 1) / 2) behind.
    let (before, behind) = (Int(size - 1) / 2, Int(size) / 2)
    let factor = alpha / Float(size)
    loop.forEachRun(task: task, of: count, grain: 1) { offsets, length in
      for i in 0..<length {
        let at = offsets &+ loop.step &* i
        let (p, q) = (x + at[1], y + at[0])
        for channel in 0..<channels {
          var sum: Float = 0
          var c = max(0, channel - before)
          let end = min(channels, channel + behind + 1)
          while c < end {
            sum += p[c &* from] * p[c &* from]
            c += 1
          }
          q[channel &* to] = p[channel &* from] / power(bias + factor * sum)
        }
      }
    }
  }

  /// The denominator; AlexNet's exponent, which all use, takes two square roots.
  @inline(__always)
  private func power(_ base: Float) -> Float {
    if beta == 0.75 {
      let root = base.squareRoot()
      return root * root.squareRoot()
    }
    return em_powf(base, beta)
  }
}
