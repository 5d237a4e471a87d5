import Runtime

/// Hyperbolic sine.
package struct Sinh: UnaryOperator {
  package static let name = "Sinh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hyperbolicSine, 0, 0) }
}
