/// What an interleaved measurement found of one subject.
package struct SubjectTimings: Sendable {
  /// Of every pass, in order. Each is the mean of `repeats` runs.
  package let milliseconds: [Double]
  /// Runs a timing: more than 1 where a run is too short for the clock.
  package let repeats: Int
  /// The very first run, cold.
  package let firstRunNanoseconds: UInt64
  /// Milliseconds.
  package let p50: MedianInterval
  /// Milliseconds; of passes, so that where `repeats` is more than 1 the tail is that of their means.
  package let p99: QuantileInterval
  /// Of this subject's time to the baseline's in the same pass, so that whatever slows a pass down cancels.
  package let ratio: MedianInterval

  /// Nil without a pass, or where the baseline never took any time.
  init?(
    milliseconds: [Double], baseline: [Double], repeats: Int, firstRunNanoseconds: UInt64, confidence: Double
  ) {
    var ratios: [Double] = []
    for (own, other) in zip(milliseconds, baseline) { ratios.append(own / other) }
    guard let p50 = MedianInterval(milliseconds, confidence: confidence),
      let p99 = QuantileInterval(milliseconds, fraction: 0.99, confidence: confidence),
      let ratio = MedianInterval(ratios, confidence: confidence)
    else { return nil }
    self.milliseconds = milliseconds
    self.repeats = repeats
    self.firstRunNanoseconds = firstRunNanoseconds
    self.p50 = p50
    self.p99 = p99
    self.ratio = ratio
  }
}
