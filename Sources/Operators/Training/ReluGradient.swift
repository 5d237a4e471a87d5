/// The derivative of Relu: `Y > 0 ? dY : 0`. Operands dY and Relu's result Y.
package struct ReluGradient: MaskOperator {
  package static let name = "ReluGradient"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var bounds: (lower: Float, upper: Float) { (0, .infinity) }
}
