import Runtime

/// Inverse hyperbolic tangent; NaN outside [-1, 1].
package struct Atanh: UnaryOperator {
  package static let name = "Atanh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.areaTangent, 0, 0) }
}
