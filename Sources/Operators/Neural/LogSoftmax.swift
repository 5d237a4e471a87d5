import Graph

/// The logarithm of Softmax.
package struct LogSoftmax: SoftmaxOperator {
  package static let name = "LogSoftmax"
  package static let isLogarithm = true

  package let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: -1) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // dx = dy - exp(y) sum of dy
    let share = try node.emit("Exp", [node.result(0)])
    let sum = try node.reduce("ReduceSum", dy, axes: [axis])
    node.set(0, try node.difference(dy, node.product(share, sum)))
  }
}
