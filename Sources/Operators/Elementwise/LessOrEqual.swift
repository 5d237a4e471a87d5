import Runtime

/// `a <= b`.
package struct LessOrEqual: ComparisonOperator {
  package static let name = "LessOrEqual"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .lessOrEqual }
  package func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a <= b }
}
