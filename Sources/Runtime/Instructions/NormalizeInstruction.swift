/// `output = (input - mean) / sqrt(variance + epsilon) * scale + bias` over the given axes: instance, layer and group norm.
///
/// Statistics are accumulated in two passes. `scale` and `bias` are broadcast to the input's shape by stride 0.
package struct NormalizeInstruction: PlanInstruction {
  package static var opcode: Opcode { .normalize }

  /// float32, any strides.
  package var input: TensorID
  /// The input's shape by broadcasting, or none.
  package var scale: TensorID
  /// The input's shape by broadcasting, or none.
  package var bias: TensorID
  /// The input's shape.
  package var output: TensorID
  /// Receives the mean (extent 1 at the axes), or none.
  package var mean: TensorID
  /// Receives 1 / sqrt(variance + epsilon), or none.
  package var inverseDeviation: TensorID
  /// Bit a is set where statistics run over axis a.
  package var axes: Int32
  /// Added to the variance.
  package var epsilon: Float

  package init(
    input: TensorID, scale: TensorID, bias: TensorID, output: TensorID, mean: TensorID, inverseDeviation: TensorID,
    axes: Int32, epsilon: Float
  ) {
    self.input = input
    self.scale = scale
    self.bias = bias
    self.output = output
    self.mean = mean
    self.inverseDeviation = inverseDeviation
    self.axes = axes
    self.epsilon = epsilon
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Normalize is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
