import Graph
import Runtime

/// Hyperbolic cosine.
package struct Cosh: UnaryOperator {
  package static let name = "Cosh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.hyperbolicCosine, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.emit("Sinh", [x])
  }
}
