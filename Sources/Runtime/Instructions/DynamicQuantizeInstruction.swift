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
    throw .unsupported(reason: "DynamicQuantize is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
