import Runtime

/// Whether both hold.
package struct And: BinaryOperator {
  package static let name = "And"
  package static let operandTypes: [ElementType] = [.bool]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .and }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a & b }
}
