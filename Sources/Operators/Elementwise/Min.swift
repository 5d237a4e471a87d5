import Graph
import Runtime

/// The smallest of any number of operands; NaN if one is.
package struct Min: VariadicOperator {
  package static let name = "Min"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .minimum }
  package func apply(_ a: Double, _ b: Double) -> Double { a < b || a.isNaN ? a : b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { min(a, b) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try setShareOfExtreme(&node)
  }
}
