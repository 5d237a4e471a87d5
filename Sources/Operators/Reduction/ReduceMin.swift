import Graph
import Runtime

/// Smallest element, NaN if one is; the greatest value of the type of nothing.
package struct ReduceMin: ReduceOperator {
  package static let name = "ReduceMin"
  package static let operandTypes: [ElementType] =
    .floatingPoint + [.int8, .int32, .int64, .uint8, .uint32, .uint64, .bool]

  package let options: ReduceOptions

  package init(_ node: NodeAttributes) throws(OperatorError) { options = try ReduceOptions(node) }

  package var function: ReduceFunction { .minimum }
  package func reduce(_ numbers: [Double]) -> Double {
    numbers.reduce(.infinity) { $0 < $1 || $0.isNaN ? $0 : $1 }
  }
  package func reduce<I: FixedWidthInteger>(integers: [I], bounds: ClosedRange<I>) -> I {
    integers.min() ?? bounds.upperBound
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try setShareOfExtreme(&node)
  }
}
