import Runtime

/// `a == b`; NaN equals nothing.
package struct Equal: ComparisonOperator {
  package static let name = "Equal"
  package static let operandTypes: [ElementType] = .numeric + [.bool]

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package var function: BinaryFunction { .equal }
  package func holds<T: Comparable>(_ a: T, _ b: T) -> Bool { a == b }
}
