import Graph
import Runtime

/// Tangent of an angle in radians.
package struct Tan: UnaryOperator {
  package static let name = "Tan"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.tangent, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 + y^2
    try node.shifted(node.square(y), by: 1)
  }
}
