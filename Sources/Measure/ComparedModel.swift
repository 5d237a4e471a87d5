import CPlatform
import Runtime

/// What `bench --compare` reports of one model beside others.
package struct ComparedModel: Sendable {
  private let result: BenchmarkResult
  private let timings: SubjectTimings

  /// Nil without a timing.
  ///
  /// - Parameter peakResidentBytes: Of the process that measured.
  package init?(
    model: String, plan: PlanSummary, threads: Int, loadNanoseconds: UInt64, timings: SubjectTimings,
    peakResidentBytes: UInt64 = ep_peak_resident_bytes()
  ) {
    guard let latency = LatencyStatistics(milliseconds: timings.milliseconds) else { return nil }
    result = BenchmarkResult(
      model: model, plan: plan, threads: threads, latency: latency, loadNanoseconds: loadNanoseconds,
      firstRunNanoseconds: timings.firstRunNanoseconds,
      peakResidentBytes: peakResidentBytes)
    self.timings = timings
  }

  /// The fields of CLI.md's `bench` (`runs` being passes), the median's interval, and that of the ratio to the first.
  package var json: JSONObject {
    var object = result.json
    object.set("p50_ms", timings.p50.json)
    object.set("ratio", timings.ratio.json)
    return object
  }

  /// The heading of a table of models.
  package static var tableHeading: String {
    "threads    p50 ms      95 % interval     p99 ms   ratio     95 % interval  passes  model"
  }

  /// The model as a line under `tableHeading`.
  package var tableRow: String {
    BenchmarkResult.padded("\(result.threads)", 7) + FixedDecimal.text(timings.p50.median, decimals: 3, width: 10)
      + FixedDecimal.text(timings.p50.lower, decimals: 3, width: 10) + " -"
      + FixedDecimal.text(timings.p50.upper, decimals: 3, width: 9)
      + FixedDecimal.text(timings.p99.value, decimals: 3, width: 11)
      + FixedDecimal.text(timings.ratio.median, decimals: 3, width: 8)
      + FixedDecimal.text(timings.ratio.lower, decimals: 3, width: 9) + " -"
      + FixedDecimal.text(timings.ratio.upper, decimals: 3, width: 7)
      + FixedDecimal.text(Double(timings.milliseconds.count), decimals: 0, width: 8) + "  " + result.model
  }
}
