import Runtime

/// Square root of the sum of squares; integers are rounded toward zero.
package struct ReduceL2: ReduceOperator {
  package static let name = "ReduceL2"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .l2Norm }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
