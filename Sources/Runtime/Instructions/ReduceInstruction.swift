/// Reduces axes of the input. The output view has the input's rank with extent 1 at reduced axes.
package struct ReduceInstruction: PlanInstruction {
  package static var opcode: Opcode { .reduce }

  /// Raw value of `ReduceFunction`.
  package var function: Int32
  /// Any strides.
  package var input: TensorID
  /// The same type.
  package var output: TensorID
  /// Bit a is set where axis a is reduced.
  package var axes: Int32

  package init(function: Int32, input: TensorID, output: TensorID, axes: Int32) {
    self.function = function
    self.input = input
    self.output = output
    self.axes = axes
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Reduce is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
