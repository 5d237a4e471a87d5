import Runtime

/// Square root; NaN below zero.
package struct Sqrt: UnaryOperator {
  package static let name = "Sqrt"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.squareRoot, 0, 0) }
}
