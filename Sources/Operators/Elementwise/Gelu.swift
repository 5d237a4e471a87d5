import Graph
import Runtime

/// `x * 0.5 * (1 + erf(x / sqrt(2)))`, or its approximation by tanh.
package struct Gelu: UnaryOperator {
  package static let name = "Gelu"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let function: UnaryFunction

  package init(_ node: NodeAttributes) throws(OperatorError) {
    switch try node.string("approximate", default: "none") {
    case "none": function = .gelu
    case "tanh": function = .geluTanh
    case let other: throw .invalid("attribute 'approximate' is '\(other)', neither 'none' nor 'tanh'")
    }
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (function, 0, 0) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    if function == .geluTanh { return try tanhDerivative(x, &node) }
    // Phi(x) + x phi(x) of the normal distribution
    let share = try node.shifted(node.emit("Erf", [node.scaled(x, by: 0.5.squareRoot())]), by: 1)
    let bell = try node.emit("Exp", [node.scaled(node.square(x), by: -0.5)])
    let density = try node.scaled(bell, by: 1 / (2 * Double.pi).squareRoot())
    return try node.sum(node.scaled(share, by: 0.5), node.product(x, density))
  }

  /// `(1 + t) / 2 + x (1 - t^2) u' / 2`, t the tanh of `u = sqrt(2 / pi) (x + 0.044715 x^3)`.
  private func tanhDerivative(_ x: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
    let (cubic, factor) = (0.044715, (2 / Double.pi).squareRoot())
    let square = try node.square(x)
    let inner = try node.product(x, node.shifted(node.scaled(square, by: cubic), by: 1))
    let t = try node.emit("Tanh", [node.scaled(inner, by: factor)])
    let slope = try node.shifted(node.scaled(square, by: 3 * cubic), by: 1)
    let rest = try node.product(node.complement(node.square(t)), node.product(x, slope))
    return try node.sum(
      node.scaled(node.shifted(t, by: 1), by: 0.5), node.scaled(rest, by: factor / 2))
  }
}
