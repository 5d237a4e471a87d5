/// `output = saturate(round(input * inputScale * weightScale / outputScale) + outputZeroPoint)`; shapes equal by broadcasting.
package struct RequantizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .requantize }

  /// int32.
  package var input: TensorID
  /// float32.
  package var inputScale: TensorID
  /// float32.
  package var weightScale: TensorID
  /// float32.
  package var outputScale: TensorID
  /// The output's type, or none for 0.
  package var outputZeroPoint: TensorID
  /// int8 or uint8.
  package var output: TensorID

  package init(
    input: TensorID, inputScale: TensorID, weightScale: TensorID, outputScale: TensorID, outputZeroPoint: TensorID,
    output: TensorID
  ) {
    self.input = input
    self.inputScale = inputScale
    self.weightScale = weightScale
    self.outputScale = outputScale
    self.outputZeroPoint = outputZeroPoint
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    try plan.require(input.type == .int32, "the input is not int32")
    try plan.require(output.type == .int8 || output.type == .uint8, "the output is neither int8 nor uint8")
    for id in [inputScale, weightScale, outputScale] {
      let scale = try plan.operand(id, "scale")
      try plan.requireSameShape(scale, output)
      try plan.require(scale.type == .float32, "a scale is not float32")
    }
    if let zeroPoint = try plan.optionalOperand(outputZeroPoint, "outputZeroPoint") {
      try plan.requireSameShape(zeroPoint, output)
      try plan.require(zeroPoint.type == output.type, "the zero point has another type than the output")
    }
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).taskCount(threads: context.threads, cost: 4)
  }

  /// The loop over all elements: output, input, the three scales, zero point.
  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let output = context.view(output)
    return StridedLoop(
      output.shape, output.strides, context.view(input).strides, context.view(inputScale).strides,
      context.view(weightScale).strides, context.view(outputScale).strides,
      context.optionalView(outputZeroPoint)?.strides ?? .init())
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    if context.view(output).type == .int8 {
      run(task, count, context, Int8.self)
    } else {
      run(task, count, context, UInt8.self)
    }
  }

  private func run<Q: FixedWidthInteger & BitwiseCopyable>(
    _ task: Int, _ count: Int, _ context: ExecutionContext, _: Q.Type
  ) {
    let loop = loop(context)
    let step = loop.step
    let output = context.view(output).pointer(as: Q.self)
    let input = context.view(input).pointer(as: Int32.self)
    let inputScale = context.view(inputScale).pointer(as: Float.self)
    let weightScale = context.view(weightScale).pointer(as: Float.self)
    let outputScale = context.view(outputScale).pointer(as: Float.self)
    let zeroPoint = context.optionalView(outputZeroPoint)?.pointer(as: Q.self)
    let range = QuantizedRange(Q.self)
    loop.forEachRun(task: task, of: count) { offsets, length in
      for i in 0..<length {
        let at = offsets &+ step &* i
        let factor = inputScale[at[2]] * weightScale[at[3]] / outputScale[at[4]]
        let zero = zeroPoint.map { Float($0[at[5]]) } ?? 0
        output[at[0]] = Q(truncatingIfNeeded: range.quantize(Float(input[at[1]]) * factor, zeroPoint: zero))
      }
    }
  }
}
