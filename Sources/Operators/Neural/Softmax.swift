import Graph

/// `exp(x) / sum of exp(x)` along an axis.
package struct Softmax: SoftmaxOperator {
  package static let name = "Softmax"
  package static let isLogarithm = false

  package let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: -1) }
}
