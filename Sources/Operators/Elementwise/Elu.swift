import Runtime

/// `x < 0 ? alpha * (exp(x) - 1) : x`.
package struct Elu: UnaryOperator {
  package static let name = "Elu"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.elu, alpha, 0) }
}
