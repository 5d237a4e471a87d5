import Runtime

/// `x * sigmoid(alpha * x)`.
package struct Swish: UnaryOperator {
  package static let name = "Swish"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.swish, alpha, 0) }
}
