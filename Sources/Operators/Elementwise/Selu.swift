import Graph
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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // gamma (x > 0 ? 1 : alpha exp(x)); the minimum keeps the exponential finite
    let negative = try node.emit("Exp", [node.emit("Min", [x, node.scalar(0, like: x)])])
    let (gamma, alpha) = (Double(gamma), Double(alpha))
    return try node.select(
      node.compare(x, "LessOrEqual", 0), node.scaled(negative, by: gamma * alpha), else: gamma)
  }
}
