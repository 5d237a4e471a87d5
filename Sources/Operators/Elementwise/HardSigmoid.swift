import Runtime

/// `max(0, min(1, alpha * x + beta))`.
package struct HardSigmoid: UnaryOperator {
  package static let name = "HardSigmoid"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float
  private let beta: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 0.2)
    beta = try node.float("beta", default: 0.5)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hardSigmoid, alpha, beta) }
}
