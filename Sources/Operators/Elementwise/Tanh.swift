import Runtime

/// The hyperbolic tangent.
package struct Tanh: UnaryOperator {
  package static let name = "Tanh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hyperbolicTangent, 0, 0) }
}
