import Runtime

/// `x < 0 ? alpha * x : x`.
package struct LeakyRelu: UnaryOperator {
  package static let name = "LeakyRelu"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 0.01)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.leakyRelu, alpha, 0) }
}
