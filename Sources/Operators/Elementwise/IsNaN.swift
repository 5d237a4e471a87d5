import Runtime

/// Whether x is not a number.
package struct IsNaN: UnaryOperator {
  package static let name = "IsNaN"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.isNaN, 0, 0) }

  package static func resultType(_: ElementType) -> ElementType { .bool }
}
