import Graph
import Runtime

/// `x < -lambd ? x + bias : x > lambd ? x - bias : 0`, of any numeric type.
package struct Shrink: UnaryOperator {
  package static let name = "Shrink"

  private let bias: Float
  private let lambda: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    bias = try node.float("bias", default: 0)
    lambda = try node.float("lambd", default: 0.5)
  }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { (.shrink, bias, lambda) }

  package func derivative(_ x: ValueID, _ y: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID? {
    try node.indicator(node.compare(node.emit("Abs", [x]), "Greater", Double(lambda)), like: x)
  }
}
