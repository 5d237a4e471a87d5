import Graph

/// The logarithm of Softmax.
package struct LogSoftmax: SoftmaxOperator {
  package static let name = "LogSoftmax"
  package static let isLogarithm = true

  package let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: -1) }
}
