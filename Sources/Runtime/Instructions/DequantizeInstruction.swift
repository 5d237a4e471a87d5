/// `output = (input - zeroPoint) * scale`; shapes equal by broadcasting.
package struct DequantizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .dequantize }

  /// int8, uint8, int16, uint16 or int32.
  package var input: TensorID
  /// float32.
  package var scale: TensorID
  /// The input's type, or none for 0.
  package var zeroPoint: TensorID
  /// float32.
  package var output: TensorID

  package init(input: TensorID, scale: TensorID, zeroPoint: TensorID, output: TensorID) {
    self.input = input
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Dequantize is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
