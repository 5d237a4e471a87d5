import Runtime

/// Arc sine in radians; NaN outside [-1, 1].
package struct Asin: UnaryOperator {
  package static let name = "Asin"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.arcSine, 0, 0) }
}
