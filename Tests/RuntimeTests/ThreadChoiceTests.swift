import Runtime
import Testing

@Suite struct ThreadChoiceTests {
  /// Lets a choice run for some nanoseconds; returns the runs on all threads and on one.
  private func run(
    _ choice: inout ThreadChoice, for duration: UInt64, parallel: UInt64, single: UInt64
  ) -> (parallel: Int, single: Int) {
    var runs = (parallel: 0, single: 0)
    var elapsed: UInt64 = 0
    while elapsed < duration {
      let time = choice.isParallel ? parallel : single
      if choice.isParallel { runs.parallel += 1 } else { runs.single += 1 }
      choice.runEnded(after: time)
      elapsed += time
    }
    return runs
  }

  @Test func takesWhatIsFaster() {
    var choice = ThreadChoice()
    let second: UInt64 = 1_000_000_000
    let slower = run(&choice, for: second, parallel: 300_000, single: 200_000)
    #expect(slower.parallel < slower.single / 100)
    // The machine's state changes: found at the next trial, all within the interval between two.
    let changed = run(&choice, for: ThreadChoice.trialInterval, parallel: 110_000, single: 200_000)
    #expect(changed.parallel > 0)
    let faster = run(&choice, for: second, parallel: 110_000, single: 200_000)
    #expect(faster.single < faster.parallel / 100)
  }

  @Test func longRunsStayOnAllThreads() {
    var choice = ThreadChoice()
    let runs = run(&choice, for: 10_000_000_000, parallel: 3_000_000, single: 1_000_000)
    #expect(runs.single == 0)
  }

  /// The first run, which is slow for other reasons, does not count; nor does one slow run of a trial.
  @Test func oneSlowRunDecidesNothing() {
    var choice = ThreadChoice()
    choice.runEnded(after: 50_000_000)
    for time in [100_000, 90_000, 5_000_000] as [UInt64] {
      #expect(choice.isParallel)
      choice.runEnded(after: time)
    }
    for time in [150_000, 140_000, 160_000] as [UInt64] {
      #expect(!choice.isParallel)
      choice.runEnded(after: time)
    }
    #expect(choice.isParallel)
  }
}
