import Runtime

/// Sum; 0 of nothing.
package struct ReduceSum: ReduceOperator {
  package static let name = "ReduceSum"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .sum }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +)
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.reduce(0, &+)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    node.set(0, try spread(dy, &node))
  }
}
