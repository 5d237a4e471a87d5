import Graph
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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // x < 0 ? exp(x / alpha) : 1; the minimum keeps the exponential finite
    let negative = try node.emit("Min", [x, node.scalar(0, like: x)])
    return try node.emit("Exp", [node.quotient(negative, node.scalar(Double(alpha), like: x))])
  }
}
