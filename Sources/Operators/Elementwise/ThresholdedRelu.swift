import Graph
import Runtime

/// `x > alpha ? x : 0`.
package struct ThresholdedRelu: UnaryOperator {
  package static let name = "ThresholdedRelu"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let alpha: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.thresholdedRelu, alpha, 0) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    node.set(0, try node.emit("ClipGradient", [dy, node.requiredOperand(0)], ["lower": .float(alpha)]))
  }
}
