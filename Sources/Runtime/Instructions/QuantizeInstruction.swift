/// `output = saturate(round(input / scale) + zeroPoint)`, rounding to nearest even; shapes equal by broadcasting.
package struct QuantizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .quantize }

  /// float32.
  package var input: TensorID
  /// float32.
  package var scale: TensorID
  /// The output's type, or none for 0.
  package var zeroPoint: TensorID
  /// int8, uint8, int16 or uint16.
  package var output: TensorID

  package init(input: TensorID, scale: TensorID, zeroPoint: TensorID, output: TensorID) {
    self.input = input
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let scale = try plan.operand(scale, "scale")
    let output = try plan.result(output, "output")
    try plan.requireSameShape(input, output)
    try plan.requireSameShape(scale, output)
    try plan.require(input.type == .float32 && scale.type == .float32, "the input or scale is not float32")
    switch output.type {
    case .int8, .uint8, .int16, .uint16: break
    default: throw .malformed(reason: "instruction \(plan.position): quantizes to \(output.type.name)")
    }
    if let zeroPoint = try plan.optionalOperand(zeroPoint, "zeroPoint") {
      try plan.requireSameShape(zeroPoint, output)
      try plan.require(zeroPoint.type == output.type, "the zero point has another type than the output")
    }
  }

  package func taskCount(_ context: ExecutionContext) -> Int {
    loop(context).taskCount(threads: context.threads, cost: 2)
  }

  /// The loop over all elements: output, input, scale, zero point.
  private func loop(_ context: ExecutionContext) -> StridedLoop {
    let output = context.view(output)
    return StridedLoop(
      output.shape, output.strides, context.view(input).strides, context.view(scale).strides,
      context.optionalView(zeroPoint)?.strides ?? .init())
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    switch context.view(output).type {
    case .int8: run(task, count, context, Int8.self)
    case .uint8: run(task, count, context, UInt8.self)
    case .int16: run(task, count, context, Int16.self)
    default: run(task, count, context, UInt16.self)
    }
  }

  private func run<Q: FixedWidthInteger & BitwiseCopyable>(
    _ task: Int, _ count: Int, _ context: ExecutionContext, _: Q.Type
  ) {
    let loop = loop(context)
    let step = loop.step
    let output = context.view(output).pointer(as: Q.self)
    let input = context.view(input).pointer(as: Float.self)
    let scale = context.view(scale).pointer(as: Float.self)
    let zeroPoint = context.optionalView(zeroPoint)?.pointer(as: Q.self)
    let range = QuantizedRange(Q.self)
    loop.forEachRun(task: task, of: count) { offsets, length in
      let (y, x, s) = (output + offsets[0], input + offsets[1], scale + offsets[2])
      if step[0] == 1 && step[1] == 1 && step[2] == 0 && step[3] == 0 {
        let (divisor, zero) = (s[0], zeroPoint.map { Float($0[offsets[3]]) } ?? 0)
        for i in 0..<length { y[i] = Q(truncatingIfNeeded: range.quantize(x[i] / divisor, zeroPoint: zero)) }
        return
      }
      for i in 0..<length {
        let zero = zeroPoint.map { Float($0[offsets[3] &+ i &* step[3]]) } ?? 0
        y[i &* step[0]] = Q(truncatingIfNeeded: range.quantize(x[i &* step[1]] / s[i &* step[2]], zeroPoint: zero))
      }
    }
  }
}
