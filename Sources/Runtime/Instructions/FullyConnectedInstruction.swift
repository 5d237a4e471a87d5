/// `output = activation(input * weights + bias)` in float32 with packed weights.
package struct FullyConnectedInstruction: PlanInstruction {
  package static var opcode: Opcode { .fullyConnected }

  /// float32 `[M, K]`, column stride 1.
  package var input: TensorID
  /// Packed weights and bias, as `ek_f32_pack_gemm` lays them out.
  package var weights: TensorID
  /// float32 `[M, N]`, column stride 1.
  package var output: TensorID
  /// What is applied after bias and residual.
  package var activation: FusedActivation

  package init(input: TensorID, weights: TensorID, output: TensorID, activation: FusedActivation = .identity) {
    self.input = input
    self.weights = weights
    self.output = output
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "FullyConnected is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
