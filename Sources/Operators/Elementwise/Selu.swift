import Runtime

/// `gamma * (x > 0 ? x : alpha * exp(x) - alpha)`.
package struct Selu: UnaryOperator {
  package static let name = "Selu"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float
  private let gamma: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1.67326319217681884765625)
    gamma = try node.float("gamma", default: 1.05070102214813232421875)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.selu, alpha, gamma) }
}
