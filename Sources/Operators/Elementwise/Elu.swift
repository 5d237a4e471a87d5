import Graph
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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // x < 0 ? alpha exp(x) : 1; the minimum keeps the exponential finite
    let negative = try node.emit("Exp", [node.emit("Min", [x, node.scalar(0, like: x)])])
    return try node.select(node.compare(x, "Less", 0), node.scaled(negative, by: Double(alpha)), else: 1)
  }
}
