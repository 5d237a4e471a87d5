/// `output[i] = function(input[i])`, element by element; types and shapes equal.
package struct UnaryInstruction: PlanInstruction {
  package static var opcode: Opcode { .unary }

  /// Raw value of `UnaryFunction`.
  package var function: Int32
  /// Any strides.
  package var input: TensorID
  /// Any strides.
  package var output: TensorID
  /// First parameter of the function.
  package var alpha: Float
  /// Second parameter of the function.
  package var beta: Float

  package init(function: Int32, input: TensorID, output: TensorID, alpha: Float = 0, beta: Float = 0) {
    self.function = function
    self.input = input
    self.output = output
    self.alpha = alpha
    self.beta = beta
  }

  package func validate(_ plan: PlanValidator) throws(PlanError) {
    throw .unsupported(reason: "Unary is not there yet")
  }

  package func run(task: Int, of count: Int, worker: Int, _ context: ExecutionContext) {}
}
