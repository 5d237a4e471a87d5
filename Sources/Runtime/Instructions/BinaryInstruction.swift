/// `output[i] = function(a[i], b[i])`; equal shapes (a broadcast operand has stride 0); `a` and `b` of one type.
///
/// Comparisons and logic write bool.
package struct BinaryInstruction: PlanInstruction {
  package static var opcode: Opcode { .binary }

  /// Raw value of `BinaryFunction`.
  package var function: Int32
  /// Left operand.
  package var a: TensorID
  /// Right operand.
  package var b: TensorID
  /// Result.
  package var output: TensorID
  /// What is applied after bias and residual.
  package var activation: FusedActivation

  package init(
    function: Int32, a: TensorID, b: TensorID, output: TensorID, activation: FusedActivation = .identity
  ) {
    self.function = function
    self.a = a
    self.b = b
    self.output = output
    self.activation = activation
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Binary is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
