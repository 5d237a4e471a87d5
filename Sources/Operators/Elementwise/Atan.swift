import Runtime

/// Arc tangent in radians.
package struct Atan: UnaryOperator {
  package static let name = "Atan"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.arcTangent, 0, 0) }
}
