import Runtime

/// The median of a sample, with a distribution-free confidence interval of the true median by order statistics.
package struct MedianInterval: Equatable, Sendable {
  /// The sample's median.
  package let median: Double
  /// The lower end; the smallest value where `isKnown` is false.
  package let lower: Double
  /// The upper end; the largest value where `isKnown` is false.
  package let upper: Double
  /// How many values there are.
  package let count: Int
  /// Whether the sample is large enough for an interval (at 95 %: 6 values).
  package let isKnown: Bool

  /// Nil without a finite value. Values that are not finite are left out.
  ///
  /// - Parameter confidence: As `QuantileInterval` takes it.
  package init?(_ values: [Double], confidence: Double = 0.95) {
    guard let interval = QuantileInterval(values, fraction: 0.5, confidence: confidence) else { return nil }
    median = interval.value
    lower = interval.lower
    upper = interval.upper
    count = interval.count
    isKnown = interval.hasLower && interval.hasUpper
  }

  /// Where the true median lies; a sample that is too small decides nothing.
  package func side(of bound: Double) -> BoundSide {
    guard isKnown else { return .undecided }
    return upper <= bound ? .within : lower > bound ? .above : .undecided
  }

  /// `{"median", "lower", "upper"}`, to the fifth decimal.
  package var json: JSONObject {
    var object = JSONObject()
    object.set("median", LatencyStatistics.rounded(median))
    object.set("lower", LatencyStatistics.rounded(lower))
    object.set("upper", LatencyStatistics.rounded(upper))
    return object
  }
}
