import AAPPolicy
import Measure

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

  /// Of the unpruned network and the candidate, in this order. Nil where there are too few passes for intervals.
  init?(_ result: InterleavedResult) {
    guard result.subjects.count == 2, result.subjects.allSatisfy({ $0.p50.isKnown }) else { return nil }
    let (baseline, candidate) = (result.subjects[0], result.subjects[1])
    func value(_ interval: MedianInterval) -> MeasuredValue {
      MeasuredValue(interval.median, lower: interval.lower, upper: interval.upper)
    }
    self.init(
      median: value(candidate.p50),
      p99: MeasuredValue(candidate.p99.value, lower: candidate.p99.lower, upper: candidate.p99.upper),
      baselineMedian: value(baseline.p50), ratio: value(candidate.ratio),
      findings: result.quality.findings.map { $0.message(naming: ["the unpruned network", "the pruned network"]) })
  }
}
