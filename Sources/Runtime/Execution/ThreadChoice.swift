/// Whether a small network runs on all threads of a session or on one of them, by the time that its runs take.
///
/// Layers of a few microseconds are no faster on two cores that share no cache, or that are two threads of one core, and a
/// virtual machine may come to be on such cores at any time. So both are tried for a few runs now and then; runs that take
/// long are left on all threads. Results do not depend on it.
///
///     var choice = ThreadChoice()
///     let start = ep_now_ns()
///     run(onAllThreads: choice.isParallel)
///     choice.runEnded(after: ep_now_ns() - start)
package struct ThreadChoice {
  /// Runs of more nanoseconds are always worth all threads.
  package static var longestRun: UInt64 { 2_000_000 }
  /// Nanoseconds of runs from one trial to the next: half a percent of them are part of a trial where a run takes 0.2 ms.
  package static var trialInterval: UInt64 { 250_000_000 }
  /// Runs of a trial on all threads, and then on one. The first of each finds its data in the other's caches.
  package static var trialRuns: Int { 3 }

  /// Whether the next run should take all threads.
  package private(set) var isParallel = true

  /// Until the next trial; the very first run is slow for other reasons and part of none.
  private var remaining: UInt64 = 1
  /// Runs of the present trial that have ended; nil between trials.
  private var trial: Int?
  private var fastest: (parallel: UInt64, single: UInt64) = (.max, .max)

  package init() {}

  /// Tells the time of the run that `isParallel` was asked for.
  package mutating func runEnded(after nanoseconds: UInt64) {
    guard let ended = trial else {
      remaining -= min(remaining, nanoseconds)
      if remaining == 0 { begin() }
      return
    }
    if isParallel {
      fastest.parallel = min(fastest.parallel, nanoseconds)
    } else {
      fastest.single = min(fastest.single, nanoseconds)
    }
    let runs = ended + 1
    trial = runs
    if runs == 1, nanoseconds > ThreadChoice.longestRun { return settle(parallel: true) }
    if runs == ThreadChoice.trialRuns { isParallel = false }
    if runs == 2 * ThreadChoice.trialRuns { settle(parallel: fastest.parallel < fastest.single) }
  }

  private mutating func begin() {
    (trial, isParallel, fastest) = (0, true, (.max, .max))
  }

  private mutating func settle(parallel: Bool) {
    (trial, isParallel, remaining) = (nil, parallel, ThreadChoice.trialInterval)
  }
}
