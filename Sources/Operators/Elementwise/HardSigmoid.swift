import Graph
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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // alpha where the bounds are not reached
    let inside = try node.emit("And", [node.compare(y, "Greater", 0), node.compare(y, "Less", 1)])
    return try node.select(inside, node.scalar(Double(alpha), like: x), else: 0)
  }
}
