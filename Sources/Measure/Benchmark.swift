import CPlatform
import Runtime

/// Measures a plan's latency on this machine.
package struct Benchmark: Sendable {
  /// Workers, the caller's thread counted.
  package var threads: Int
  /// How long to measure for, where `runs` is nil: at most a day.
  package let seconds: Double
  /// How many runs to measure.
  package var runs: Int?
  /// Whether workers are bound to cores.
  package var pins: Bool

  private static let maximumSeconds: Double = 86_400
  /// At most this many timings are kept.
  package static let maximumRuns = 1_000_000
  /// At least this many runs are measured, however short the time.
  private static let minimumRuns = 5
  /// Part of the measured time that is spent on warming up: clocks rise, caches fill, branches are learnt.
  private static let warmUpFraction = 0.2

  package init(threads: Int, seconds: Double = 2, runs: Int? = nil, pins: Bool = false) {
    self.threads = threads
    self.seconds = min(max(seconds, 0), Self.maximumSeconds)
    self.runs = runs
    self.pins = pins
  }

  /// Runs the plan again and again on the same made-up input.
  ///
  /// - Parameters:
  ///   - model: What results call the model.
  ///   - loadNanoseconds: How long making the plan took.
  ///   - isStopped: Asked after every run; true ends measuring early, with what there is.
  package func measure(
    _ plan: Plan, model: String, loadNanoseconds: UInt64, isStopped: () -> Bool = { false }
  ) throws(PlanError) -> BenchmarkResult {
    var session = try Session(plan, threads: threads, pin: pins)
    let inputs = (0..<plan.inputCount).map { BenchmarkInput(session.input($0), seed: UInt64($0)) }
    return try measure(
      plan, model: model, threads: session.threads, loadNanoseconds: loadNanoseconds, isStopped: isStopped,
      // Activations may lie where an input was: it is written anew, outside the timing.
      prepare: { for index in inputs.indices { inputs[index].write(to: session.input(index)) } },
      run: { session.run() })
  }

  /// Times `run` again and again, with an untimed `prepare` before each.
  ///
  /// - Parameter plan: What runs, for the result's figures.
  package func measure(
    _ plan: Plan, model: String, threads: Int, loadNanoseconds: UInt64, isStopped: () -> Bool = { false },
    prepare: () -> Void, run: () -> Void
  ) throws(PlanError) -> BenchmarkResult {
    func time() -> UInt64 {
      prepare()
      let start = ep_now_ns()
      run()
      return ep_now_ns() - start
    }
    let first = time()
    if runs == nil {
      let end = ep_now_ns() + UInt64(seconds * Self.warmUpFraction * 1e9)
      while ep_now_ns() < end, !isStopped() { _ = time() }
    }
    var timings: [UInt64] = []
    let end = ep_now_ns() + UInt64(seconds * 1e9)
    let wanted = min(max(runs ?? Self.maximumRuns, 1), Self.maximumRuns)
    while timings.count < wanted {
      timings.append(time())
      if isStopped() { break }
      if runs == nil, timings.count >= Self.minimumRuns, ep_now_ns() >= end { break }
    }
    guard let latency = LatencyStatistics(nanoseconds: timings) else {
      throw .unsupported(reason: "\(model): no run was measured")
    }
    return BenchmarkResult(
      model: model, plan: PlanSummary(plan), threads: threads, latency: latency, loadNanoseconds: loadNanoseconds,
      firstRunNanoseconds: first)
  }
}
