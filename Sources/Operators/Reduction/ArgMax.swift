/// Position of the largest element along an axis; NaN is found before all others.
package struct ArgMax: ArgReduceOperator {
  package static let name = "ArgMax"
  package static let isMinimum = false

  package let options: ArgReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ArgReduceOptions(node) }
}
