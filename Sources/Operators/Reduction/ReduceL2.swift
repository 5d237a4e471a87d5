import Graph
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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // x / y, and 0 where all elements are.
    let y = try node.result(0)
    let length = try node.select(node.compare(y, "Greater", 0), y, else: 1)
    node.set(0, try node.product(spread(node.quotient(dy, length), &node), node.requiredOperand(0)))
  }
}
