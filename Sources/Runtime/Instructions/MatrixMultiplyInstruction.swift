/// `output = alpha * a * b + beta * c`, batched: axes before the last two are equal in all views (broadcast by stride 0).
///
/// float32, float64 and the 32- and 64-bit integers; all operands of one type.
package struct MatrixMultiplyInstruction: PlanInstruction {
  package static var opcode: Opcode { .matrixMultiply }

  /// `[batch..., M, K]`.
  package var a: TensorID
  /// `[batch..., K, N]`.
  package var b: TensorID
  /// `[batch..., M, N]` or none.
  package var c: TensorID
  /// `[batch..., M, N]`.
  package var output: TensorID
  /// Factor of the product.
  package var alpha: Float
  /// Factor of `c`.
  package var beta: Float

  package init(a: TensorID, b: TensorID, c: TensorID, output: TensorID, alpha: Float = 1, beta: Float = 1) {
    self.a = a
    self.b = b
    self.c = c
    self.output = output
    self.alpha = alpha
    self.beta = beta
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "MatrixMultiply is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
