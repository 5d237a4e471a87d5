/// `output[i] = condition[i] ? a[i] : b[i]`; equal shapes (a broadcast operand has stride 0).
package struct SelectInstruction: PlanInstruction {
  package static var opcode: Opcode { .select }

  /// bool.
  package var condition: TensorID
  /// Taken where true.
  package var a: TensorID
  /// Taken where false.
  package var b: TensorID
  /// The type of `a` and `b`.
  package var output: TensorID

  package init(condition: TensorID, a: TensorID, b: TensorID, output: TensorID) {
    self.condition = condition
    self.a = a
    self.b = b
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Select is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
