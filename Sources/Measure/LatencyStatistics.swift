import Runtime

/// A summary of repeated timings, in milliseconds.
package struct LatencyStatistics: Equatable, Sendable {
  package let count: Int
  package let minimum: Double
  package let p50: Double
  package let p90: Double
  package let p99: Double
  package let mean: Double
  /// Of the sample: divided by count - 1; 0 for a single timing.
  package let standardDeviation: Double

  /// Nil without any timing. Percentiles are interpolated linearly between neighbouring timings.
  package init?(nanoseconds: [UInt64]) {
    self.init(milliseconds: nanoseconds.map { Double($0) / 1e6 })
  }

  /// Nil without any timing. Percentiles are interpolated linearly between neighbouring timings.
  package init?(milliseconds: [Double]) {
    guard !milliseconds.isEmpty else { return nil }
    let sorted = milliseconds.sorted()
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    count = sorted.count
    minimum = sorted[0]
    p50 = LatencyStatistics.percentile(sorted, 0.5)
    p90 = LatencyStatistics.percentile(sorted, 0.9)
    p99 = LatencyStatistics.percentile(sorted, 0.99)
    self.mean = mean
    standardDeviation = sorted.count > 1 ? (squares / Double(sorted.count - 1)).squareRoot() : 0
  }

  /// The quantile of a sorted sample, interpolated linearly. Precondition: `sorted` is not empty.
  static func percentile(_ sorted: [Double], _ fraction: Double) -> Double {
    let position = fraction * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }

  /// `{"min", "p50", "p90", "p99", "mean", "stddev"}`, to the microsecond's hundredth.
  package var json: JSONObject {
    var object = JSONObject()
    object.set("min", LatencyStatistics.rounded(minimum))
    object.set("p50", LatencyStatistics.rounded(p50))
    object.set("p90", LatencyStatistics.rounded(p90))
    object.set("p99", LatencyStatistics.rounded(p99))
    object.set("mean", LatencyStatistics.rounded(mean))
    object.set("stddev", LatencyStatistics.rounded(standardDeviation))
    return object
  }

  static func rounded(_ milliseconds: Double) -> Double { (milliseconds * 1e5).rounded() / 1e5 }
}
