import Graph
import Runtime

/// Inverse hyperbolic tangent; NaN outside [-1, 1].
package struct Atanh: UnaryOperator {
  package static let name = "Atanh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.areaTangent, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 / ((1 - x) (1 + x))
    try node.emit("Reciprocal", [node.product(node.complement(x), node.shifted(x, by: 1))])
  }
}
