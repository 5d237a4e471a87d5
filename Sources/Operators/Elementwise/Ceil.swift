import Graph
import Runtime

/// The smallest integer not below x.
package struct Ceil: UnaryOperator {
  package static let name = "Ceil"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.ceiling, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    nil
  }
}
