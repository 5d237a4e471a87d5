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
}
