/// What a series of timings comes to, in milliseconds.
package struct LatencySummary: Sendable, Equatable {
  package let runs: Int
  package let minimum: Double
  package let p50: Double
  package let p90: Double
  package let p99: Double
  package let mean: Double
  /// Of the sample (n - 1).
  package let standardDeviation: Double

  /// Summarises nanoseconds; nil for none. Percentiles are the smallest value that at least that share of runs does
  /// not exceed (nearest rank), so that each is a time that was really measured. O(n log n).
  package init?(nanoseconds: [UInt64]) {
    guard !nanoseconds.isEmpty else { return nil }
    let sorted = nanoseconds.sorted()
    func percentile(_ share: Double) -> Double {
      let rank = Int((share * Double(sorted.count)).rounded(.up))
      return Double(sorted[min(max(rank, 1), sorted.count) - 1]) / 1e6
    }
    runs = sorted.count
    minimum = Double(sorted[0]) / 1e6
    p50 = percentile(0.5)
    p90 = percentile(0.9)
    p99 = percentile(0.99)
    var sum = 0.0
    for value in sorted { sum += Double(value) / 1e6 }
    mean = sum / Double(sorted.count)
    var squares = 0.0
    for value in sorted { squares += (Double(value) / 1e6 - mean) * (Double(value) / 1e6 - mean) }
    standardDeviation = sorted.count > 1 ? (squares / Double(sorted.count - 1)).squareRoot() : 0
  }
}
