import Runtime

/// `max(x, 0)`.
package struct Relu: UnaryOperator {
  package static let name = "Relu"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.relu, 0, 0) }
}
