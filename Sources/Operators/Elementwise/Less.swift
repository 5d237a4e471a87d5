import Runtime

/// `a < b`.
package struct Less: ComparisonOperator {
  package static let name = "Less"
  package static let operandTypes: [ElementType] = .numeric

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .less }
  package func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a < b }
}
