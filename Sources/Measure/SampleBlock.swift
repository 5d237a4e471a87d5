/// The quartiles of some successive timings, to tell a shift from noise.
struct SampleBlock {
  private let lowerQuartile: Double
  let median: Double
  private let upperQuartile: Double

  /// Nil without values.
  init?(_ values: ArraySlice<Double>) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    lowerQuartile = LatencyStatistics.percentile(sorted, 0.25)
    median = LatencyStatistics.percentile(sorted, 0.5)
    upperQuartile = LatencyStatistics.percentile(sorted, 0.75)
  }

  /// Whether this block's median is less than the other's by more than `tolerance` (a part of it), and the middle
  /// halves of both lie on one side of the other's median: in noise the first alone happens all the time.
  func isClearlyBelow(_ other: SampleBlock, by tolerance: Double) -> Bool {
    median < other.median * (1 - tolerance) && median < other.lowerQuartile && upperQuartile < other.median
  }
}
