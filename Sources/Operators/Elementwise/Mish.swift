import Graph
import Runtime

/// `x * tanh(softplus(x))`.
package struct Mish: UnaryOperator {
  package static let name = "Mish"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.mish, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // t + x (1 - t^2) sigmoid(x), t the tanh of softplus(x)
    let t = try node.emit("Tanh", [node.emit("Softplus", [x])])
    let slope = try node.product(node.complement(node.square(t)), node.emit("Sigmoid", [x]))
    return try node.sum(t, node.product(x, slope))
  }
}
