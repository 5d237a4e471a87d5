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

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.indicator(node.compare(x, "Greater", Double(alpha)), like: x)
  }
}
