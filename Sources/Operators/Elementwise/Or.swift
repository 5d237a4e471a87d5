import Runtime

/// Whether one of both holds.
package struct Or: BinaryOperator {
  package static let name = "Or"
  package static let operandTypes: [ElementType] = [.bool]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .or }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a | b }
}
