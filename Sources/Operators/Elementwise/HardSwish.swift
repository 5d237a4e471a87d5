import Runtime

/// `x * max(0, min(1, x / 6 + 0.5))`.
package struct HardSwish: UnaryOperator {
  package static let name = "HardSwish"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hardSwish, 0, 0) }
}
