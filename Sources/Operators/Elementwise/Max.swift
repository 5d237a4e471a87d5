import Graph
import Runtime

/// The largest of any number of operands; NaN if one is.
package struct Max: VariadicOperator {
  package static let name = "Max"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .maximum }
  package func apply(_ a: Double, _ b: Double) -> Double { a > b || a.isNaN ? a : b }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { max(a, b) }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    try setShareOfExtreme(&node)
  }
}
