import Runtime

/// Mean; NaN of nothing. Integers are rounded toward zero.
package struct ReduceMean: ReduceOperator {
  package static let name = "ReduceMean"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .mean }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.isEmpty ? 0 : integers.reduce(0, &+) / I(integers.count)
  }
}
