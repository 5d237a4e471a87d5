import Graph
import Runtime

/// Arc cosine in radians; NaN outside [-1, 1].
package struct Acos: UnaryOperator {
  package static let name = "Acos"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.arcCosine, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // -1 / sqrt((1 - x) (1 + x)): nothing cancels near the ends
    let root = try node.emit("Sqrt", [node.product(node.complement(x), node.shifted(x, by: 1))])
    return try node.emit("Neg", [node.emit("Reciprocal", [root])])
  }
}
