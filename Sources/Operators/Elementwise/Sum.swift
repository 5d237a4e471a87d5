import Runtime

/// The sum of any number of operands.
package struct Sum: VariadicOperator {
  package static let name = "Sum"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .add }
  package func apply(_ a: Double, _ b: Double) -> Double { a + b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &+ b }
}
