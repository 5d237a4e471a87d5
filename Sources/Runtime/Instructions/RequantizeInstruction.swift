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
    throw .unsupported(reason: "Requantize is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
