import Graph
import Runtime

/// Inverse hyperbolic sine.
package struct Asinh: UnaryOperator {
  package static let name = "Asinh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.areaSine, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 / sqrt(1 + x^2)
    try node.emit("Reciprocal", [node.emit("Sqrt", [node.shifted(node.square(x), by: 1)])])
  }
}
