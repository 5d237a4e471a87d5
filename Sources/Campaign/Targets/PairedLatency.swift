import AAPPolicy

/// A network's latency, measured in alternation with the unpruned one's.
package struct PairedLatency: Sendable, Equatable, Codable {
  /// Milliseconds of one picture.
  package var median: MeasuredValue
  package var p99: MeasuredValue
  /// The unpruned network's, from the same passes.
  package var baselineMedian: MeasuredValue
  /// Candidate by baseline, pass by pass: what drifts of the machine leave alone.
  package var ratio: MeasuredValue
  /// What made the figures doubtful, in words.
  package var findings: [String]

  package init(
    median: MeasuredValue, p99: MeasuredValue, baselineMedian: MeasuredValue, ratio: MeasuredValue, findings: [String]
  ) {
    self.median = median
    self.p99 = p99
    self.baselineMedian = baselineMedian
    self.ratio = ratio
    self.findings = findings
  }
}
