import Runtime

/// `max(x, 0)`.
package struct Relu: UnaryOperator {
  package static let name = "Relu"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.relu, 0, 0) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try node.emit(ReluGradient.name, [dy, node.result(0)]))
  }
}
