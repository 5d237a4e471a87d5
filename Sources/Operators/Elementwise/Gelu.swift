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
}
