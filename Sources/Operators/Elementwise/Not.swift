import Runtime

/// Logical negation.
package struct Not: UnaryOperator {
  package static let name = "Not"
  package static let operandTypes: [ElementType] = [.bool]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.logicalNot, 0, 0) }
}
