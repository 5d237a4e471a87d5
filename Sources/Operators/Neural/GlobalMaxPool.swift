import Graph
import Runtime

/// The largest element of every channel.
package struct GlobalMaxPool: GlobalPoolOperator {
  package static let name = "GlobalMaxPool"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var reduction: ReduceFunction? { .maximum }
  package func reduce(_ plane: ArraySlice<Double>) -> Double { plane.reduce(-.infinity) { $1 > $0 ? $1 : $0 } }

  /// As that of a MaxPool with one window, over the spatial elements in one axis.
  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.requiredOperand(0)
    let shape = try node.info(x).shape
    let count = shape[2...].reduce(1, *)
    let flat = try node.emit("Reshape", [x, node.integers([shape[0], shape[1], count])])
    let given = try node.emit("Reshape", [dy, node.integers([shape[0], shape[1], 1])])
    let dx = try node.emit(MaxPoolGradient.name, [flat, given], ["kernel_shape": .ints([count])])
    node.set(0, try node.emit("Reshape", [dx, node.integers(shape)]))
  }
}
