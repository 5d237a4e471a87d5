/// A measured number and how sure it is.
package struct MeasuredValue: Sendable, Equatable, Codable {
  package let value: Double
  /// A confidence interval around it; just the value where nothing was left to chance.
  package let lower: Double
  package let upper: Double

  package init(_ value: Double) { self.init(value, lower: value, upper: value) }

  /// - Precondition: `lower <= value <= upper`.
  package init(_ value: Double, lower: Double, upper: Double) {
    precondition(lower <= value && value <= upper, "a value outside its own interval")
    (self.value, self.lower, self.upper) = (value, lower, upper)
  }
}

/// What was measured of one network.
package typealias MeasuredQuantities = [Quantity: MeasuredValue]
