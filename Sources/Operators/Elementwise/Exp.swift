import Graph
import Runtime

/// e to the power of x.
package struct Exp: UnaryOperator {
  package static let name = "Exp"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.exponential, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    y
  }
}
