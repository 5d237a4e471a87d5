/// One axis of a separable resize: `output[..., o, ...] = sum over t of weights[o, t] * input[..., indices[o, t], ...]`.
package struct ResampleInstruction: PlanInstruction {
  package static var opcode: Opcode { .resample }

  /// float32, any strides.
  package var input: TensorID
  /// The input's shape but for the axis.
  package var output: TensorID
  /// Axis.
  package var axis: Int32
  /// Taps an output.
  package var taps: Int32
  /// int32 `[extent, taps]`, contiguous, within the input's extent.
  package var indices: TensorID
  /// float32 `[extent, taps]`, contiguous.
  package var weights: TensorID

  package init(input: TensorID, output: TensorID, axis: Int32, taps: Int32, indices: TensorID, weights: TensorID) {
    self.input = input
    self.output = output
    self.axis = axis
    self.taps = taps
    self.indices = indices
    self.weights = weights
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Resample is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
