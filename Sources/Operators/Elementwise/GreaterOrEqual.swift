import Runtime

/// `a >= b`.
package struct GreaterOrEqual: ComparisonOperator {
  package static let name = "GreaterOrEqual"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .greaterOrEqual }
  package func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a >= b }
}
