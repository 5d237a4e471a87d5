/// ONNX Gather: takes slices along one axis by indices known at run time; negative indices count from the end.
///
/// Indices out of range are clamped: memory safety over a message in the middle of a run.
package struct GatherInstruction: PlanInstruction {
  package static var opcode: Opcode { .gather }

  /// Rank r.
  package var data: TensorID
  /// int32 or int64, rank q.
  package var indices: TensorID
  /// Rank r - 1 + q.
  package var output: TensorID
  /// Axis of `data`.
  package var axis: Int32

  package init(data: TensorID, indices: TensorID, output: TensorID, axis: Int32) {
    self.data = data
    self.indices = indices
    self.output = output
    self.axis = axis
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Gather is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
