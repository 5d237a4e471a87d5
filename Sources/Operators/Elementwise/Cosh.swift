import Runtime

/// Hyperbolic cosine.
package struct Cosh: UnaryOperator {
  package static let name = "Cosh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hyperbolicCosine, 0, 0) }
}
