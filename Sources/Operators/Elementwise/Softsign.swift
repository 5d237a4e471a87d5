import Runtime

/// `x / (1 + |x|)`.
package struct Softsign: UnaryOperator {
  package static let name = "Softsign"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.softsign, 0, 0) }
}
