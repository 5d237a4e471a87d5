import Runtime

/// `1 / (1 + exp(-x))`.
package struct Sigmoid: UnaryOperator {
  package static let name = "Sigmoid"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.sigmoid, 0, 0) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // y' = y (1 - y)
    let y = try node.result(0)
    let complement = try node.emit("Sub", [node.scalar(1, like: y), y])
    node.set(0, try node.emit("Mul", [dy, node.emit("Mul", [y, complement])]))
  }
}
