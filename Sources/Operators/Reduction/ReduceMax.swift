import Graph
import Runtime

/// Largest element, NaN if one is; the least value of the type of nothing.
package struct ReduceMax: ReduceOperator {
  package static let name = "ReduceMax"
  package static let operandTypes: [ElementType] =
    .floatingPoint + [.int8, .int32, .int64, .uint8, .uint32, .uint64, .bool]

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .maximum }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(-.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 }
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.max() ?? bounds.lowerBound
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try setShareOfExtreme(&node)
  }
}
