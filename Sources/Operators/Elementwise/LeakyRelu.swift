import Graph
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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    // alpha dy, and the rest of it where x is positive
    let rest = try node.emit("ReluGradient", [dy, node.requiredOperand(0)])
    node.set(0, try node.sum(node.scaled(dy, by: Double(alpha)), node.scaled(rest, by: 1 - Double(alpha))))
  }
}
