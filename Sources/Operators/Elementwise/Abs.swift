import Graph
import Runtime

/// Absolute value; the smallest signed integer is its own.
package struct Abs: UnaryOperator {
  package static let name = "Abs"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.absolute, 0, 0) }

  package func apply<I: FixedWidthInteger>(integer x: I) -> I { x < 0 ? 0 &- x : x }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.emit("Sign", [x])
  }
}
