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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    // alpha where the bounds are not reached
    let bounds: [String: Attribute] = ["lower": .float(0), "upper": .float(1)]
    let inside = try node.emit("ClipGradient", [dy, node.result(0)], bounds)
    node.set(0, try node.scaled(inside, by: Double(alpha)))
  }
}
