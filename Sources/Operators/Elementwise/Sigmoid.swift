import Graph
import Runtime

/// `1 / (1 + exp(-x))`.
package struct Sigmoid: UnaryOperator {
  package static let name = "Sigmoid"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.sigmoid, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // y (1 - y)
    try node.product(y, node.complement(y))
  }
}
