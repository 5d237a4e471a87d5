import Runtime

/// The error function.
package struct Erf: UnaryOperator {
  package static let name = "Erf"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.errorFunction, 0, 0) }
}
