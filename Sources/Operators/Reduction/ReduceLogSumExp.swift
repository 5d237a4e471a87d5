import Graph
import Foundation
import Runtime

/// Logarithm of the sum of powers of e; minus infinity of nothing.
package struct ReduceLogSumExp: ReduceOperator {
  package static let name = "ReduceLogSumExp"

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .logSumExp }
  package func reduce(_ numbers: [Double]) -> Double {
    let largest = numbers.reduce(-.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 }
    if largest.isInfinite || largest.isNaN { return largest }
    // Shifted by the largest, so that nothing overflows.
    return largest + log(numbers.reduce(0) { $0 + exp($1 - largest) })
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // exp(x - y): no exponent is above 0.
    let excess = try node.difference(node.requiredOperand(0), spread(node.result(0), &node))
    node.set(0, try node.product(spread(dy, &node), node.emit("Exp", [excess])))
  }
}
