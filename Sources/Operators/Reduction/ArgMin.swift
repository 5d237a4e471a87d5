/// Position of the smallest element along an axis; NaN is found before all others.
package struct ArgMin: ArgReduceOperator {
  package static let name = "ArgMin"
  package static let isMinimum = true

  package let options: ArgReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ArgReduceOptions(node) }
}
