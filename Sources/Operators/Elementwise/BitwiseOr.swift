import Runtime

/// Bits set in one of the operands or both.
package struct BitwiseOr: BinaryOperator {
  package static let name = "BitwiseOr"
  package static let operandTypes: [ElementType] = .integers

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .bitwiseOr }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a | b }
}
