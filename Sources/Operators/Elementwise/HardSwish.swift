import Graph
import Runtime

/// `x * max(0, min(1, x / 6 + 0.5))`.
package struct HardSwish: UnaryOperator {
  package static let name = "HardSwish"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hardSwish, 0, 0) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    // x h(x) with h = clamp(x / 6 + 1/2): h, and x / 6 where h is not at its bounds
    let x = try node.requiredOperand(0)
    let h = try node.emit("HardSigmoid", [x], ["alpha": .float(1 / 6), "beta": .float(0.5)])
    let slope = try node.scaled(node.product(dy, x), by: 1.0 / 6)
    let inside = try node.emit("ClipGradient", [slope, x], ["lower": .float(-3), "upper": .float(3)])
    node.set(0, try node.sum(node.product(dy, h), inside))
  }
}
