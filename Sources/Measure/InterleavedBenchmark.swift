import Runtime

/// Times several subjects in alternation, so that whatever the machine does meanwhile befalls all of them alike.
/// What lasts for less than a pass (another program that takes the core for some milliseconds) does not cancel: it hits
/// long subjects more often than short ones, and the result's quality tells of it.
///
/// Measuring goes in passes. In each the calibration work and every subject are timed once, the subjects in an order
/// drawn anew, so that none always follows the same other. A subject's turn begins with runs that are not timed: caches,
/// branch predictors and other sessions' spinning threads are then as when it runs alone. Short subjects are run several
/// times for one timing.
///
/// Passes at the beginning do not count while timings fall (`WarmUp`), at most ten blocks, a fifth of the most seconds,
/// or as many as the most passes.
///
/// Afterwards as many passes are made as the lower ends of `passes` and `seconds` ask for. Where the result does not
/// suffice then, passes are doubled, and so on until it does or an upper end is reached. Every look at an interval is a
/// chance to be misled: where a bound is just the true value, about 1 in 7 measurements say otherwise after five looks
/// at 95 %, 1 in 4 after ten. Ask for more confidence where that matters.
///
///     let benchmark = InterleavedBenchmark(passes: 30...10_000, seconds: 1...60)
///     let result = try benchmark.measure([baseline, candidate], threads: 2, until: {
///       $0.subjects[1].p50.side(of: bound) != .undecided
///     })
package struct InterleavedBenchmark: Sendable {
  /// How many passes to make: the lower end also where that takes longer than the most seconds.
  package var passes: ClosedRange<Int>
  /// How long to measure for, warm-up not counted.
  package var seconds: ClosedRange<Double>
  /// Of all intervals, between 0 and 1.
  package var confidence: Double
  /// Runs before every timing that are not timed.
  package var settlingRuns: Int
  /// Of the order of subjects.
  package var seed: UInt64

  private static let maximumSeconds: Double = 86_400
  private static let warmUpFraction = 0.2
  private static let warmUpBlocks = 10
  /// Passes a block of the warm-up: at least so many, and as many as take `blockNanoseconds`, as a clock rises in steps.
  private static let blockPasses: ClosedRange<UInt64> = 8...200
  private static let blockNanoseconds: UInt64 = 50_000_000

  package init(
    passes: ClosedRange<Int> = 12...Benchmark.maximumRuns, seconds: ClosedRange<Double> = 1...60,
    confidence: Double = 0.95, settlingRuns: Int = 1, seed: UInt64 = 1
  ) {
    self.passes = passes.clamped(to: 1...Benchmark.maximumRuns)
    self.seconds = seconds.clamped(to: 0...Self.maximumSeconds)
    self.confidence = confidence
    self.settlingRuns = min(max(settlingRuns, 0), 1000)
    self.seed = seed
  }

  /// Compares plans on this machine, each run by a session of its own on made-up input. The first is the baseline.
  ///
  /// - Parameters:
  ///   - threads: Workers of each session, the caller's thread counted.
  ///   - pins: Whether workers are bound to cores.
  ///   - isEnough: Whether the result so far suffices, asked when it has as many passes and seconds as it shall have at
  ///     least, and at every doubling.
  ///   - isStopped: Asked before every run; true ends measuring early, with what there is.
  /// - Returns: Nil without plans, and where it was stopped before a pass counted.
  package func measure(
    _ plans: [Plan], threads: Int, pins: Bool = false, until isEnough: (InterleavedResult) -> Bool = { _ in true },
    isStopped: () -> Bool = { false }
  ) throws(PlanError) -> InterleavedResult? {
    var subjects = try PlanSubjects(plans, threads: threads, pins: pins)
    return measure(&subjects, until: isEnough, isStopped: isStopped)
  }

  /// Compares any subjects. The first is the baseline.
  ///
  /// - Parameters:
  ///   - isEnough: Whether the result so far suffices, asked when it has as many passes and seconds as it shall have at
  ///     least, and at every doubling.
  ///   - isStopped: Asked before every run; true ends measuring early, with what there is.
  /// - Returns: Nil without subjects or where they take no time, and where it was stopped before a pass counted.
  package func measure<Subjects: BenchmarkSubjects>(
    _ subjects: inout Subjects, until isEnough: (InterleavedResult) -> Bool = { _ in true },
    isStopped: () -> Bool = { false }
  ) -> InterleavedResult? {
    guard subjects.count > 0 else { return nil }
    var series = InterleavedPasses(subjects: subjects.count, settlingRuns: settlingRuns, seed: seed)
    guard series.begin(&subjects, isStopped: isStopped),
      let warmUp = warmUp(&series, &subjects, isStopped: isStopped)
    else { return nil }
    let start = subjects.now()
    func elapsed() -> Double { Double(subjects.now() - start) / 1e9 }
    var wanted = passes.lowerBound
    while true {
      while series.count < passes.upperBound, series.count < wanted || elapsed() < seconds.lowerBound {
        if series.count >= passes.lowerBound, elapsed() >= seconds.upperBound { break }
        guard series.add(&subjects, isStopped: isStopped) else { return result(series, warmUp, .stopped) }
      }
      guard let soFar = result(series, warmUp, nil) else { return nil }
      if isEnough(soFar) { return soFar.ended(.satisfied) }
      if series.count >= passes.upperBound || elapsed() >= seconds.upperBound { return soFar.ended(.limit) }
      wanted = 2 * series.count
    }
  }

  /// Makes passes until timings are steady, and drops those before. Nil where it was stopped.
  private func warmUp<Subjects: BenchmarkSubjects>(
    _ series: inout InterleavedPasses, _ subjects: inout Subjects, isStopped: () -> Bool
  ) -> WarmUpOutcome? {
    let needed = Self.blockNanoseconds / max(series.passNanoseconds, 1)
    let block = Int(min(max(needed, Self.blockPasses.lowerBound), Self.blockPasses.upperBound))
    let mostPasses = min(passes.upperBound, Self.warmUpBlocks * block)
    let end = subjects.now() + UInt64(seconds.upperBound * Self.warmUpFraction * 1e9)
    var steady: Int?
    while steady == nil, series.count < mostPasses, subjects.now() < end {
      guard series.add(&subjects, isStopped: isStopped) else { return nil }
      if series.count % block == 0 { steady = WarmUp.steadyStart(series.paces, block: block) }
    }
    let isFalling = steady == nil && series.count >= 2 * block
    let dropped = max(steady ?? series.count, series.count - passes.upperBound)
    series.drop(first: dropped)
    return WarmUpOutcome(passes: dropped, isFalling: isFalling)
  }

  /// Nil without passes.
  private func result(
    _ series: InterleavedPasses, _ warmUp: WarmUpOutcome, _ ending: MeasurementEnding?
  ) -> InterleavedResult? {
    InterleavedResult(
      timings: series.timings, calibration: series.calibration, warmUpPasses: warmUp.passes,
      isWarmUpUnfinished: warmUp.isFalling, confidence: confidence, ending: ending)
  }
}

private struct WarmUpOutcome {
  let passes: Int
  /// Whether timings were still falling at its end.
  let isFalling: Bool
}
