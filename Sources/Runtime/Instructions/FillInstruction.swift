/// Every element of the output becomes the value.
package struct FillInstruction: PlanInstruction {
  package static var opcode: Opcode { .fill }

  /// One element of the output's type.
  package var value: TensorID
  /// Any strides.
  package var output: TensorID

  package init(value: TensorID, output: TensorID) {
    self.value = value
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Fill is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
