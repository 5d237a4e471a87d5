import Graph
import Foundation
import Runtime

/// Logarithm of the sum; minus infinity of nothing.
package struct ReduceLogSum: ReduceOperator {
  package static let name = "ReduceLogSum"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .logSum }
  package func reduce(_ numbers: [Double]) -> Double {
    log(numbers.reduce(0, +))
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // 1 / the sum
    let share = try node.product(dy, node.emit("Exp", [node.emit("Neg", [node.result(0)])]))
    node.set(0, try spread(share, &node))
  }
}
