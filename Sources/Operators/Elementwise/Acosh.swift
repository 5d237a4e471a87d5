import Graph
import Runtime

/// Inverse hyperbolic cosine; NaN below 1.
package struct Acosh: UnaryOperator {
  package static let name = "Acosh"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.areaCosine, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 1 / (sqrt(x - 1) sqrt(x + 1)): x^2 could overflow
    let below = try node.emit("Sqrt", [node.shifted(x, by: -1)])
    let above = try node.emit("Sqrt", [node.shifted(x, by: 1)])
    return try node.emit("Reciprocal", [node.product(below, above)])
  }
}
