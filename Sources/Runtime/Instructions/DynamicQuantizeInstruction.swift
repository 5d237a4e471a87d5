/// ONNX DynamicQuantizeLinear: uint8 with the scale of the tensor at hand (its range widened to hold 0).
package struct DynamicQuantizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .dynamicQuantize }

  /// float32.
  package var input: TensorID
  /// uint8.
  package var output: TensorID
  /// float32 scalar.
  package var scale: TensorID
  /// uint8 scalar.
  package var zeroPoint: TensorID

  package init(input: TensorID, output: TensorID, scale: TensorID, zeroPoint: TensorID) {
    self.input = input
    self.output = output
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    let input = try plan.operand(input, "input")
    let output = try plan.result(output, "output")
    let scale = try plan.result(scale, "scale")
    let zeroPoint = try plan.result(zeroPoint, "zeroPoint")
    try plan.requireSameShape(input, output)
    try plan.require(input.type == .float32 && output.type == .uint8, "the types are not float32 and uint8")
    try plan.require(scale.type == .float32 && scale.count == 1, "the scale is not one float32")
    try plan.require(zeroPoint.type == .uint8 && zeroPoint.count == 1, "the zero point is not one uint8")
  }

  /// One task: the scale depends on all elements.
  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {
    let (input, output) = (context.view(input), context.view(output))
    let (x, y) = (input.pointer(as: Float.self), output.pointer(as: UInt8.self))
    let loop = StridedLoop(output.shape, output.strides, input.strides)
    let (to, from) = (loop.step[0], loop.step[1])
    var (lowest, highest): (Float, Float) = (0, 0)
    loop.forEachRun { offsets, length in
      let row = x + offsets[1]
      for i in 0..<length {
        let value = row[i &* from]
        lowest = value < lowest ? value : lowest
        highest = value > highest ? value : highest
      }
    }
    let range = QuantizedRange(UInt8.self)
    let scale = (highest == lowest ? 1 : highest - lowest) / range.upper
    // The bound of what is rounded is the zero point's: the range holds 0.
    let zeroPoint = Float(range.quantize(-lowest / scale, zeroPoint: 0))
    context.view(self.scale).pointer(as: Float.self).pointee = scale
    context.view(self.zeroPoint).pointer(as: UInt8.self).pointee = UInt8(zeroPoint)
    loop.forEachRun { offsets, length in
      let (row, target) = (x + offsets[1], y + offsets[0])
      for i in 0..<length {
        target[i &* to] = UInt8(truncatingIfNeeded: range.quantize(row[i &* from] / scale, zeroPoint: zeroPoint))
      }
    }
  }
}
