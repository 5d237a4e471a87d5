import Graph
import Runtime

/// Sum of absolute values.
package struct ReduceL1: ReduceOperator {
  package static let name = "ReduceL1"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .l1Norm }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(0) { $0 + abs($1) }
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.reduce(0) { $0 &+ ($1 < 0 ? 0 &- $1 : $1) }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let sign = try node.emit("Sign", [node.requiredOperand(0)])
    node.set(0, try node.product(spread(dy, &node), sign))
  }
}
