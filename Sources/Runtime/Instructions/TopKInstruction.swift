/// The k largest or smallest elements along an axis, best first; of equals the lower index first.
package struct TopKInstruction: PlanInstruction {
  package static var opcode: Opcode { .topK }

  /// Any strides.
  package var input: TensorID
  /// The input's type, extent k at the axis.
  package var values: TensorID
  /// int64, the shape of `values`.
  package var indices: TensorID
  /// Axis.
  package var axis: Int32
  /// 1 for the largest.
  package var largest: Int32

  package init(input: TensorID, values: TensorID, indices: TensorID, axis: Int32, largest: Int32) {
    self.input = input
    self.values = values
    self.indices = indices
    self.axis = axis
    self.largest = largest
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "TopK is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
