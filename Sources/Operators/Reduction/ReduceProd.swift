import Graph
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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // The product of all others: with no zero among them the product over x; with one zero only that one has a
    // derivative; with more none.
    let (x, axes) = (try node.requiredOperand(0), node.operand(1))
    let attributes: [String: Attribute] = [
      "keepdims": .int(options.keepsAxes ? 1 : 0), "noop_with_empty_axes": .int(options.noneWhenEmpty ? 1 : 0),
    ]
    let isZero = try node.compare(x, "Equal", 0)
    let others = try node.emit("Where", [isZero, node.scalar(1, like: x), x])
    let zeros = try node.emit("ReduceSum", [node.indicator(isZero, like: x), axes], attributes)
    let share = try node.product(dy, node.emit("ReduceProd", [others, axes], attributes))
    let withoutZero = try spread(node.select(node.compare(zeros, "Equal", 0), share, else: 0), &node)
    let withOneZero = try spread(node.select(node.compare(zeros, "Equal", 1), share, else: 0), &node)
    node.set(0, try node.emit("Where", [isZero, withOneZero, node.quotient(withoutZero, others)]))
  }
}
