import Runtime

/// The sum of any number of operands.
package struct Sum: VariadicOperator {
  package static let name = "Sum"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .add }
  package func apply(_ a: Double, _ b: Double) -> Double { a + b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &+ b }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    for position in node.node.inputs.indices where node.isWanted(position) {
      node.set(position, try node.reduced(dy, toShapeOf: node.requiredOperand(position)))
    }
  }
}
