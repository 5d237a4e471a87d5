import Runtime

/// `max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`.
package struct Celu: UnaryOperator {
  package static let name = "Celu"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.celu, alpha, 0) }
}
