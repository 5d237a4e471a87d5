import Graph
import Runtime

/// `-x`; the smallest signed integer is its own.
package struct Neg: UnaryOperator {
  package static let name = "Neg"
  package static let operandTypes: [ElementType] = .floatingPoint + .signedIntegers

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.negate, 0, 0) }

  package func apply<I: FixedWidthInteger>(integer x: I) -> I { 0 &- x }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.scalar(-1, like: x)
  }
}
