import Runtime

/// Inverse hyperbolic cosine; NaN below 1.
package struct Acosh: UnaryOperator {
  package static let name = "Acosh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.areaCosine, 0, 0) }
}
