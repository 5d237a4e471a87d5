import Graph
import Runtime

/// The mean of every channel.
package struct GlobalAveragePool: GlobalPoolOperator {
  package static let name = "GlobalAveragePool"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var reduction: ReduceFunction? { .mean }
  package func reduce(_ plane: ArraySlice<Double>) -> Double { plane.reduce(0, +) / Double(plane.count) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let shape = try node.info(node.requiredOperand(0)).shape
    let share = try node.scalar(1 / Double(shape[2...].reduce(1, *)), like: dy)
    node.set(0, try node.emit("Expand", [node.emit("Mul", [dy, share]), node.integers(shape)]))
  }
}
