import Graph
import Runtime

/// The hyperbolic tangent.
package struct Tanh: UnaryOperator {
  package static let name = "Tanh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hyperbolicTangent, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 - y^2
    try node.complement(node.square(y))
  }
}
