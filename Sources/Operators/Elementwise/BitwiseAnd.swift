import Runtime

/// Bits set in both operands.
package struct BitwiseAnd: BinaryOperator {
  package static let name = "BitwiseAnd"
  package static let operandTypes: [ElementType] = .integers

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .bitwiseAnd }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a & b }
}
