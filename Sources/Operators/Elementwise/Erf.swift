import Graph
import Runtime

/// The error function.
package struct Erf: UnaryOperator {
  package static let name = "Erf"
  package static let operandTypes: [ElementType] = .floatingPoint

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.errorFunction, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    // 2 / sqrt(pi) exp(-x^2)
    let bell = try node.emit("Exp", [node.emit("Neg", [node.square(x)])])
    return try node.scaled(bell, by: 2 / Double.pi.squareRoot())
  }
}
