import Runtime

/// Arc cosine in radians; NaN outside [-1, 1].
package struct Acos: UnaryOperator {
  package static let name = "Acos"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.arcCosine, 0, 0) }
}
