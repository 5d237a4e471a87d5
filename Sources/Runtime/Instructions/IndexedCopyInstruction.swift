/// `output[i] = table[i] < 0 ? fill : input[table[i]]`: any data movement whose pattern is known at compile time.
///
/// Positions count the input's elements in logical row-major order.
package struct IndexedCopyInstruction: PlanInstruction {
  package static var opcode: Opcode { .indexedCopy }

  /// Any strides.
  package var input: TensorID
  /// int32, contiguous, the output's element count; in the weights.
  package var table: TensorID
  /// One element of the output's type; none means zero.
  package var fill: TensorID
  /// The input's type, any strides.
  package var output: TensorID

  package init(input: TensorID, table: TensorID, fill: TensorID, output: TensorID) {
    self.input = input
    self.table = table
    self.fill = fill
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "IndexedCopy is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
