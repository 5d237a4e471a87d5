import Runtime

/// Whether x is infinite, of the signs that are asked for.
package struct IsInf: UnaryOperator {
  package static let name = "IsInf"
  package static let operandTypes: [ElementType] = .floatingPoint

  private let detectNegative: Bool
  private let detectPositive: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    detectNegative = try node.flag("detect_negative", default: true)
    detectPositive = try node.flag("detect_positive", default: true)
  }

  package static func resultType(_: ElementType) -> ElementType { .bool }

  package var instruction: (function: UnaryFunction, alpha: Float, beta: Float) {
    (.isInfinite, detectNegative ? 1 : 0, detectPositive ? 1 : 0)
  }
}
