import Graph
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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let double = try node.scaled(dy, by: 2)
    node.set(0, try node.product(spread(double, &node), node.requiredOperand(0)))
  }
}
