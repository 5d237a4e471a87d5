import Graph
import Runtime

/// `x / (1 + |x|)`.
package struct Softsign: UnaryOperator {
  package static let name = "Softsign"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.softsign, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 / (1 + |x|)^2
    let root = try node.emit("Reciprocal", [node.shifted(node.emit("Abs", [x]), by: 1)])
    return try node.square(root)
  }
}
