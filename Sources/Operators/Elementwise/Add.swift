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
}
