import Graph
import Runtime

/// `x * max(0, min(1, x / 6 + 0.5))`.
package struct HardSwish: UnaryOperator {
  package static let name = "HardSwish"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hardSwish, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // x / 3 + 1/2 between -3 and 3, outside what HardSigmoid is: 0 or 1
    let inside = try node.compare(node.emit("Abs", [x]), "Less", 3)
    let slope = try node.shifted(node.scaled(x, by: 1.0 / 3), by: 0.5)
    let outside = try node.indicator(node.compare(x, "Greater", 0), like: x)
    return try node.emit("Where", [inside, slope, outside])
  }
}
