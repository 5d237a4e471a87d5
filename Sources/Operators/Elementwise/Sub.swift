import Graph
import Runtime

/// `a - b`; integers wrap around.
package struct Sub: BinaryOperator {
  package static let name = "Sub"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .subtract }
  package func apply(_ a: Double, _ b: Double) -> Double { a - b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &- b }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    if node.isWanted(0) { node.set(0, try node.reduced(dy, toShapeOf: node.requiredOperand(0))) }
    if node.isWanted(1) {
      node.set(1, try node.emit("Neg", [node.reduced(dy, toShapeOf: node.requiredOperand(1))]))
    }
  }
}
