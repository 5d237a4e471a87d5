/// `output[i] = input[i]`: brings a view (transposed, sliced, repeated) into another order of memory.
package struct CopyInstruction: PlanInstruction {
  package static var opcode: Opcode { .copy }

  /// Any strides.
  package var input: TensorID
  /// The same type and shape, any strides.
  package var output: TensorID

  package init(input: TensorID, output: TensorID) {
    self.input = input
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Copy is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
