import Runtime

/// Whether exactly one of both holds.
package struct Xor: BinaryOperator {
  package static let name = "Xor"
  package static let operandTypes: [ElementType] = [.bool]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .exclusiveOr }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a ^ b }
}
