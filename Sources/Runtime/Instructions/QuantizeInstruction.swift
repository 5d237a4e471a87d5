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
    throw .unsupported(reason: "Quantize is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
