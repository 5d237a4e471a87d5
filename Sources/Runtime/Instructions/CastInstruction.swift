/// `output[i] = Type(input[i])`: toward zero from floating point to integer, nearest even between floating-point types.
package struct CastInstruction: PlanInstruction {
  package static var opcode: Opcode { .cast }

  /// Any type.
  package var input: TensorID
  /// Any type, the same shape.
  package var output: TensorID

  package init(input: TensorID, output: TensorID) {
    self.input = input
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Cast is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
