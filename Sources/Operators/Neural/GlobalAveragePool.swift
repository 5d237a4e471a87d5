import Graph
import Runtime

/// The mean of every channel.
package struct GlobalAveragePool: GlobalPoolOperator {
  package static let name = "GlobalAveragePool"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var reduction: ReduceFunction? { .mean }
  package func reduce(_ plane: ArraySlice<Double>) -> Double { plane.reduce(0, +) / Double(plane.count) }
}
