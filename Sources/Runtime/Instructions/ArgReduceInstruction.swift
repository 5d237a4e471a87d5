/// Position of the largest or smallest element along an axis. The output has extent 1 at the axis.
package struct ArgReduceInstruction: PlanInstruction {
  package static var opcode: Opcode { .argReduce }

  /// 1 for the smallest.
  package var minimum: Int32
  /// 1 to take the last of equals.
  package var selectLast: Int32
  /// Any type.
  package var input: TensorID
  /// int64.
  package var output: TensorID
  /// Axis.
  package var axis: Int32

  package init(minimum: Int32, selectLast: Int32, input: TensorID, output: TensorID, axis: Int32) {
    self.minimum = minimum
    self.selectLast = selectLast
    self.input = input
    self.output = output
    self.axis = axis
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "ArgReduce is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
