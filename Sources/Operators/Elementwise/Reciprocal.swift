import Graph
import Runtime

/// `1 / x`.
package struct Reciprocal: UnaryOperator {
  package static let name = "Reciprocal"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.reciprocal, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // -y^2
    try node.emit("Neg", [node.square(y)])
  }
}
