import Runtime

/// Inverse hyperbolic sine.
package struct Asinh: UnaryOperator {
  package static let name = "Asinh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.areaSine, 0, 0) }
}
