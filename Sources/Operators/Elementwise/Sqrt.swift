import Graph
import Runtime

/// Square root; NaN below zero.
package struct Sqrt: UnaryOperator {
  package static let name = "Sqrt"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.squareRoot, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 / (2 y)
    try node.quotient(node.scalar(0.5, like: y), y)
  }
}
