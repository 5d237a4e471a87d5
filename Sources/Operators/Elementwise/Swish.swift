import Graph
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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // s (1 + alpha x (1 - s)), s the sigmoid of alpha x
    let scaled = try node.scaled(x, by: Double(alpha))
    let s = try node.emit("Sigmoid", [scaled])
    return try node.product(s, node.shifted(node.product(scaled, node.complement(s)), by: 1))
  }
}
