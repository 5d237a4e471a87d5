import Runtime

/// `a > b`.
package struct Greater: ComparisonOperator {
  package static let name = "Greater"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .greater }
  package func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a > b }
}
