import Runtime

/// `a / b`; integers are rounded toward zero, wrap around, and give 0 for a divisor of 0.
package struct Div: BinaryOperator {
  package static let name = "Div"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .divide }
  package func apply(_ a: Double, _ b: Double) -> Double { a / b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I {
    b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
  }
}
