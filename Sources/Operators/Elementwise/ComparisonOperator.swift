import Runtime

/// An element-wise predicate on two operands, stated once for all types that can be ordered.
package protocol ComparisonOperator: BinaryOperator {
  /// Whether the relation holds.
  func holds<T: Comparable>(_ a: T, _ b: T) -> Bool
}

extension ComparisonOperator {
  package func apply(_ a: Double, _ b: Double) -> Double { holds(a, b) ? 1 : 0 }
  package func apply<I: FixedWidthInteger>(integer a: I, _ b: I) -> I { holds(a, b) ? 1 : 0 }
}
