import Runtime

/// `1 / x`.
package struct Reciprocal: UnaryOperator {
  package static let name = "Reciprocal"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.reciprocal, 0, 0) }
}
