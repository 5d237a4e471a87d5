import Graph
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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (a, b, y) = (try node.requiredOperand(0), try node.requiredOperand(1), try node.result(0))
    let share = try node.quotient(dy, b)
    if node.isWanted(0) { node.set(0, try node.reduced(share, toShapeOf: a)) }
    // -a / b^2 = -y / b
    if node.isWanted(1) {
      node.set(1, try node.emit("Neg", [node.reduced(node.product(share, y), toShapeOf: b)]))
    }
  }
}
