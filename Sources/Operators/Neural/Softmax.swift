import Graph

/// `exp(x) / sum of exp(x)` along an axis.
package struct Softmax: SoftmaxOperator {
  package static let name = "Softmax"
  package static let isLogarithm = false

  package let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: -1) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // dx = y (dy - sum of y dy)
    let y = try node.result(0)
    let sum = try node.reduce("ReduceSum", node.product(y, dy), axes: [axis])
    node.set(0, try node.product(y, node.difference(dy, sum)))
  }
}
