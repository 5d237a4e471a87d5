/// Batched product of 8-bit integers into int32: `(a - aZeroPoint) * (b - bZeroPoint)`; batch axes equal by stride 0.
package struct IntegerMatrixMultiplyInstruction: PlanInstruction {
  package static var opcode: Opcode { .integerMatrixMultiply }

  /// `[batch..., M, K]`.
  package var a: TensorID
  /// Broadcast to `a`'s shape, or none for 0.
  package var aZeroPoint: TensorID
  /// `[batch..., K, N]`.
  package var b: TensorID
  /// Broadcast to `b`'s shape, or none for 0.
  package var bZeroPoint: TensorID
  /// int32 `[batch..., M, N]`.
  package var output: TensorID

  package init(a: TensorID, aZeroPoint: TensorID, b: TensorID, bZeroPoint: TensorID, output: TensorID) {
    self.a = a
    self.aZeroPoint = aZeroPoint
    self.b = b
    self.bZeroPoint = bZeroPoint
    self.output = output
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "IntegerMatrixMultiply is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
