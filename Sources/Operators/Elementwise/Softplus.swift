import Graph
import Runtime

/// `log(exp(x) + 1)`.
package struct Softplus: UnaryOperator {
  package static let name = "Softplus"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.softplus, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.emit("Sigmoid", [x])
  }
}
