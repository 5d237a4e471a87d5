import Graph
import Runtime

/// Sine of an angle in radians.
package struct Sin: UnaryOperator {
  package static let name = "Sin"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.sine, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.emit("Cos", [x])
  }
}
