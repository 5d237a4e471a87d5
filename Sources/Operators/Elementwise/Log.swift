import Graph
import Runtime

/// Natural logarithm; minus infinity at zero, NaN below.
package struct Log: UnaryOperator {
  package static let name = "Log"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.logarithm, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.emit("Reciprocal", [x])
  }
}
