import Runtime

/// `a * b`; integers wrap around.
package struct Mul: BinaryOperator {
  package static let name = "Mul"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .multiply }
  package func apply(_ a: Double, _ b: Double) -> Double { a * b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &* b }
}
