import Graph
import Runtime

/// The largest element of every channel.
package struct GlobalMaxPool: GlobalPoolOperator {
  package static let name = "GlobalMaxPool"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var reduction: ReduceFunction? { .maximum }
  package func reduce(_ plane: ArraySlice<Double>) -> Double { plane.reduce(-.infinity) { $1 > $0 ? $1 : $0 } }
}
