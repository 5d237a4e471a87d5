import Runtime

/// `x * tanh(softplus(x))`.
package struct Mish: UnaryOperator {
  package static let name = "Mish"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.mish, 0, 0) }
}
