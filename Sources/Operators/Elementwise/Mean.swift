import Graph
import Runtime

/// The mean of any number of operands.
package struct Mean: VariadicOperator {
  package static let name = "Mean"
  package static let operandTypes: [ElementType] = .floatingPoint

  package let divisor: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { divisor = max(node.operandCount, 1) }

  package var function: BinaryFunction { .add }
  package func apply(_ a: Double, _ b: Double) -> Double { a + b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &+ b }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let share = try node.scaled(dy, by: 1 / Double(divisor))
    for position in node.node.inputs.indices where node.isWanted(position) {
      node.set(position, try node.reduced(share, toShapeOf: node.requiredOperand(position)))
    }
  }
}
