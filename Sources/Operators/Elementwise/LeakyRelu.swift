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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // x < 0 ? alpha : 1
    try node.select(node.compare(x, "Less", 0), node.scalar(Double(alpha), like: x), else: 1)
  }
}
