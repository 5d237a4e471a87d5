import Graph
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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (x, y) = (try node.info(node.requiredOperand(0)).shape, try node.info(dy).shape)
    let share = Double(max(y.reduce(1, *), 1)) / Double(max(x.reduce(1, *), 1))
    node.set(0, try spread(node.scaled(dy, by: share), &node))
  }
}
