import CPlatform
import Runtime

/// What `bench` reports of one model at one number of threads.
package struct BenchmarkResult: Sendable {
  package let model: String
  package let threads: Int
  package let plan: PlanSummary
  package let latency: LatencyStatistics
  package let loadNanoseconds: UInt64
  package let firstRunNanoseconds: UInt64
  /// Of the whole process that measured so far.
  package let peakResidentBytes: UInt64

  init(
    model: String, plan: PlanSummary, threads: Int, latency: LatencyStatistics, loadNanoseconds: UInt64,
    firstRunNanoseconds: UInt64, peakResidentBytes: UInt64 = ep_peak_resident_bytes()
  ) {
    self.model = model
    self.threads = threads
    self.plan = plan
    self.latency = latency
    self.loadNanoseconds = loadNanoseconds
    self.firstRunNanoseconds = firstRunNanoseconds
    self.peakResidentBytes = peakResidentBytes
  }

  /// Billions of floating-point operations a second at the median latency, a multiply-accumulate counted as two.
  package var gflops: Double { latency.p50 > 0 ? 2 * Double(plan.multiplyAccumulates) / (latency.p50 * 1e6) : 0 }

  /// The fields of CLI.md's `bench`.
  package var json: JSONObject {
    var object = JSONObject()
    object.set("model", model)
    object.set("threads", threads)
    object.set("isa", plan.isa)
    object.set("precision", plan.precision)
    object.set("runs", latency.count)
    object.set("latency_ms", latency.json)
    object.set("load_ms", milliseconds: loadNanoseconds)
    object.set("first_run_ms", milliseconds: firstRunNanoseconds)
    object.set("peak_rss_bytes", peakResidentBytes)
    object.set("arena_bytes", plan.arenaBytes)
    object.set("weight_bytes", plan.weightBytes)
    object.set("macs", plan.multiplyAccumulates)
    object.set("parameters", plan.parameters)
    object.set("gflops", (gflops * 1000).rounded() / 1000)
    return object
  }

  /// The heading of a table of results.
  package static var tableHeading: String {
    "threads  isa         precision      p50 ms     p90 ms     p99 ms     min ms    GFLOP/s  model"
  }

  /// The result as a line under `tableHeading`.
  package var tableRow: String {
    BenchmarkResult.padded("\(threads)", 9) + BenchmarkResult.padded(plan.isa, 12)
      + BenchmarkResult.padded(plan.precision, 10)
      + [latency.p50, latency.p90, latency.p99, latency.minimum]
      .map { FixedDecimal.text($0, decimals: 3, width: 11) }.joined()
      + FixedDecimal.text(gflops, decimals: 1, width: 11) + "  " + model
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.utf8.count, 1))
  }
}
