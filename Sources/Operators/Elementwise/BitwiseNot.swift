import Runtime

/// All bits of an integer inverted.
package struct BitwiseNot: UnaryOperator {
  package static let name = "BitwiseNot"
  package static let operandTypes: [ElementType] = .integers

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.bitwiseNot, 0, 0) }

  package func apply<I: FixedWidthInteger>(integer x: I) -> I { ~x }
}
