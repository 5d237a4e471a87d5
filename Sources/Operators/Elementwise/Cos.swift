import Graph
import Runtime

/// Cosine of an angle in radians.
package struct Cos: UnaryOperator {
  package static let name = "Cos"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.cosine, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.emit("Neg", [node.emit("Sin", [x])])
  }
}
