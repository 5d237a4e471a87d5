import Graph
import Runtime

/// 1 above zero, -1 below, else 0; NaN stays.
package struct Sign: UnaryOperator {
  package static let name = "Sign"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.sign, 0, 0) }

  package func apply<I: FixedWidthInteger>(integer x: I) -> I { x > 0 ? 1 : x == 0 ? 0 : 0 &- 1 }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    nil
  }
}
