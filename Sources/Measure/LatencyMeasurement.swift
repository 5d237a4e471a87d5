import CPlatform
import Runtime

/// How long a plan runs: the session is warmed up, then timed run by run.
///
/// Embedded Swift subset: the board's program measures with this very code.
package struct LatencyMeasurement: Sendable {
  /// Ends after this many nanoseconds, once `minimumRuns` are done.
  package var budget: UInt64
  /// Exactly this many runs where set, whatever they take.
  package var runs: Int?
  package var minimumRuns = 5
  /// No series is longer, so that its memory is bounded.
  package var maximumRuns = 1_000_000

  package init(seconds: Double, runs: Int? = nil) {
    budget = UInt64(max(0, min(seconds, 86_400)) * 1e9)
    self.runs = runs
  }

  /// What was measured.
  package struct Result: Sendable {
    /// Nanoseconds of the very first run of the session, caches cold.
    package let firstRun: UInt64
    /// Nanoseconds of each counted run, in order.
    package let series: [UInt64]
  }

  /// Runs the session: once cold, then a tenth of the budget to warm up, then counted.
  package func measure(_ session: inout Session) -> Result {
    let start = ep_now_ns()
    session.run()
    let firstRun = ep_now_ns() - start
    let warmUntil = ep_now_ns() + budget / 10
    var warmRuns = 0
    while warmRuns < 2 || (ep_now_ns() < warmUntil && warmRuns < maximumRuns) {
      session.run()
      warmRuns += 1
    }
    var series: [UInt64] = []
    series.reserveCapacity(runs ?? 4096)
    let end = ep_now_ns() + budget
    while series.count < maximumRuns {
      if let runs {
        if series.count >= runs { break }
      } else if series.count >= minimumRuns && ep_now_ns() >= end {
        break
      }
      let before = ep_now_ns()
      session.run()
      series.append(ep_now_ns() - before)
    }
    return Result(firstRun: firstRun, series: series)
  }
}
