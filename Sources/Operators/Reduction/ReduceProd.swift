import Runtime

/// Product; 1 of nothing.
package struct ReduceProd: ReduceOperator {
  package static let name = "ReduceProd"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .product }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(1, *)
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.reduce(1, &*)
  }
}
