import Runtime

/// `a + b`, then the activation that a pass may have fused; integers wrap around.
package struct Add: BinaryOperator {
  package static let name = "Add"
  package static let operandTypes: [ElementType] = .numeric

  package let activation: FusedActivation

  package init(_ node: NodeAttributes) throws(OperatorError) { activation = try node.fusedActivation() }

  package var function: BinaryFunction { .add }
  package func apply(_ a: Double, _ b: Double) -> Double { a + b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { a &+ b }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try activation.requireNone()
    guard let dy = node.resultGradient(0) else { return }
    for position in node.node.inputs.indices where node.isWanted(position) {
      node.set(position, try node.reduced(dy, toShapeOf: node.requiredOperand(position)))
    }
  }
}
