import Runtime

/// Sum of squares.
package struct ReduceSumSquare: ReduceOperator {
  package static let name = "ReduceSumSquare"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .sumSquare }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(0) { $0 + $1 * $1 }
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.reduce(0) { $0 &+ $1 &* $1 }
  }
}
