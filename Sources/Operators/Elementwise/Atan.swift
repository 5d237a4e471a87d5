import Graph
import Runtime

/// Arc tangent in radians.
package struct Atan: UnaryOperator {
  package static let name = "Atan"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.arcTangent, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 / (1 + x^2)
    try node.emit("Reciprocal", [node.shifted(node.square(x), by: 1)])
  }
}
