import Runtime

/// Tangent of an angle in radians.
package struct Tan: UnaryOperator {
  package static let name = "Tan"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.tangent, 0, 0) }
}
