import Runtime

/// Bits set in exactly one of the operands.
package struct BitwiseXor: BinaryOperator {
  package static let name = "BitwiseXor"
  package static let operandTypes: [ElementType] = .integers

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .bitwiseExclusiveOr }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a ^ b }
}
