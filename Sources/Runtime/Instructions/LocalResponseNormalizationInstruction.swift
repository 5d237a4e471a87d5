/// ONNX LRN over the channels of a logical NC... view:
/// `output = input / (bias + alpha / size * sum of squares over size neighbouring channels)^beta`. float32.
package struct LocalResponseNormalizationInstruction: PlanInstruction {
  package static var opcode: Opcode { .localResponseNormalization }

  /// `[N, C, spatial...]`.
  package var input: TensorID
  /// The same shape.
  package var output: TensorID
  /// Channels in the sum.
  package var size: Int32
  /// alpha.
  package var alpha: Float
  /// beta.
  package var beta: Float
  /// k.
  package var bias: Float

  package init(input: TensorID, output: TensorID, size: Int32, alpha: Float, beta: Float, bias: Float) {
    self.input = input
    self.output = output
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "LocalResponseNormalization is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
