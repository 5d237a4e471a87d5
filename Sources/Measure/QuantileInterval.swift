/// A quantile of a sample, with a distribution-free confidence interval of the true one by order statistics.
package struct QuantileInterval: Equatable, Sendable {
  /// Which quantile: 0.5 is the median, 0.99 is p99.
  package let fraction: Double
  /// The sample's quantile, interpolated linearly between neighbours.
  package let value: Double
  /// The lower end; the smallest value where `hasLower` is false.
  package let lower: Double
  /// The upper end; the largest value where `hasUpper` is false.
  package let upper: Double
  /// How many values there are.
  package let count: Int
  /// Whether the sample is large enough for a lower end: the true quantile may lie below `lower` otherwise.
  package let hasLower: Bool
  /// Whether the sample is large enough for an upper end (of p99 at 95 %: 368 values).
  package let hasUpper: Bool

  /// Nil without a finite value, or where `fraction` is not between 0 and 1. Values that are not finite are left out.
  ///
  /// - Parameter confidence: How likely the true quantile lies in the interval, at least, between 0 and 1, where values
  ///   are independent. Successive timings often are not quite; the interval is then somewhat too narrow.
  package init?(_ values: [Double], fraction: Double, confidence: Double = 0.95) {
    let sorted = values.filter { $0.isFinite }.sorted()
    guard let first = sorted.first, let last = sorted.last, fraction > 0, fraction < 1 else { return nil }
    let ranks = OrderStatisticRanks(count: sorted.count, fraction: fraction, confidence: confidence)
    self.fraction = fraction
    value = LatencyStatistics.percentile(sorted, fraction)
    lower = ranks.lower.map { sorted[$0 - 1] } ?? first
    upper = ranks.upper.map { sorted[$0 - 1] } ?? last
    count = sorted.count
    hasLower = ranks.lower != nil
    hasUpper = ranks.upper != nil
  }

  /// Where the true quantile lies; an end that the sample is too small for decides nothing.
  package func side(of bound: Double) -> BoundSide {
    if hasUpper, upper <= bound { return .within }
    if hasLower, lower > bound { return .above }
    return .undecided
  }
}
