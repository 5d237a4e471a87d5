import Measure
import Testing

@Suite struct InterleavedBenchmarkTests {
  private static let millisecond = 1e6

  /// Width of an interval as a part of the median.
  private func relativeWidth(_ interval: MedianInterval) -> Double {
    (interval.upper - interval.lower) / interval.median
  }

  @Test func theRatioSurvivesACommonDrift() throws {
    // The machine becomes up to three times slower and recovers, and every pass has luck of its own.
    var subjects = MadeUpSubjects(count: 2, seed: 3) { subject, generator in
      (subject == 0 ? 1 : 2) * Self.millisecond * (1 + 0.02 * generator.normal())
    }
    subjects.pace = { time in
      let phase = time / 3 - (time / 3).rounded(.down)
      return 1 + 2 * (phase < 0.5 ? 2 * phase : 2 - 2 * phase)
    }
    let benchmark = InterleavedBenchmark(passes: 200...200, seconds: 0...1000)
    let result = try #require(benchmark.measure(&subjects))
    let ratio = result.subjects[1].ratio
    #expect(ratio.isKnown && ratio.lower < 2 && ratio.upper > 2 && relativeWidth(ratio) < 0.02)
    #expect(result.subjects[0].ratio == MedianInterval(Array(repeating: 1, count: 200)))
    #expect(result.quality.slowdown > 0.03)
    // One after the other, on the same machine.
    let first = result.subjects[0].milliseconds.prefix(50).sorted()
    let second = result.subjects[1].milliseconds.suffix(50).sorted()
    #expect(abs(second[25] / first[25] - 2) > 0.2)
    // Milliseconds are much less certain than the ratio.
    #expect(relativeWidth(result.subjects[1].p50) > 5 * relativeWidth(ratio))
  }

  @Test func everySubjectFollowsEveryOther() throws {
    var subjects = MadeUpSubjects(count: 3) { _, _ in Self.millisecond }
    let result = try #require(InterleavedBenchmark(passes: 300...300, settlingRuns: 0).measure(&subjects))
    #expect(result.subjects.map(\.repeats) == [1, 1, 1] && result.passes == 300)
    let turns = subjects.log.suffix(900)
    for pass in stride(from: turns.startIndex, to: turns.endIndex, by: 3) {
      #expect(Set(turns[pass..<pass + 3]) == [0, 1, 2])
    }
    for (one, other) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
      #expect(zip(turns, turns.dropFirst()).filter { $0 == (one, other) }.count > 90)
    }
    // As many preparations as runs.
    #expect(subjects.prepared == [0, 1, 2].map { subject in subjects.log.filter { $0 == subject }.count })
    var again = MadeUpSubjects(count: 3) { _, _ in Self.millisecond }
    _ = InterleavedBenchmark(passes: 300...300, settlingRuns: 0).measure(&again)
    #expect(again.log == subjects.log)
  }

  @Test func shortSubjectsAreRepeatedAndTurnsSettle() throws {
    var subjects = MadeUpSubjects(count: 2) { subject, _ in subject == 0 ? 30_000 : 500_000 }
    let result = try #require(InterleavedBenchmark(passes: 20...20, settlingRuns: 2).measure(&subjects))
    #expect(result.subjects.map(\.repeats) == [7, 1])
    #expect(result.subjects.map(\.p50.median) == [0.03, 0.5])
    #expect(result.subjects[1].firstRunNanoseconds == 500_000)
    let tail = subjects.log.suffix(12)
    #expect(tail.filter { $0 == 0 }.count == 9 && tail.filter { $0 == 1 }.count == 3)
  }

  @Test func whatTakesNoTimeHasNoResult() throws {
    var subjects = MadeUpSubjects(count: 1) { _, _ in 0 }
    #expect(InterleavedBenchmark(passes: 2...2).measure(&subjects) == nil)
    var none = MadeUpSubjects(count: 0) { _, _ in 0 }
    #expect(InterleavedBenchmark().measure(&none) == nil)
  }

  @Test func warmUpIsDropped() throws {
    // For half a second everything takes longer, less and less.
    var subjects = MadeUpSubjects(count: 2, seed: 7) { subject, generator in
      Double(subject + 1) * Self.millisecond * (1 + 0.01 * generator.normal())
    }
    subjects.pace = { 1 + max(0, 2 - 4 * $0) }
    let result = try #require(InterleavedBenchmark(passes: 40...100, seconds: 1...60).measure(&subjects))
    #expect(result.warmUpPasses > 0)
    let slowest = try #require(result.subjects[0].milliseconds.max())
    #expect(slowest < 1.3 && result.quality.findings.isEmpty)
    #expect(result.subjects[0].p50.lower < 1 && result.subjects[0].p50.upper > 1)
  }

  @Test func warmUpHasAnEnd() throws {
    var subjects = MadeUpSubjects(count: 1) { _, _ in Self.millisecond }
    // Faster for ever.
    subjects.pace = { 100 / (1 + 50 * $0) }
    let result = try #require(InterleavedBenchmark(passes: 10...1000, seconds: 0...1000).measure(&subjects))
    #expect(result.quality.findings.contains(.warmUpUnfinished(passes: result.warmUpPasses)))
    #expect(result.warmUpPasses <= 2000)
  }

  @Test func outliersDoNotMoveTheMedian() throws {
    var subjects = MadeUpSubjects(count: 2, seed: 9) { subject, generator in
      let usual = Double(subject + 1) * Self.millisecond * (1 + 0.01 * generator.normal())
      return generator.unit() < 0.1 ? usual * 30 : usual
    }
    let result = try #require(InterleavedBenchmark(passes: 400...400, seconds: 0...1000).measure(&subjects))
    #expect(abs(result.subjects[1].p50.median - 2) < 0.01)
    #expect(abs(result.subjects[1].ratio.median - 2) < 0.01)
    #expect(result.subjects[1].p99.value > 10)
    #expect(result.quality.findings.count == 2)
    for share in result.quality.outlierShare { #expect(share > 0.05 && share < 0.16) }
  }

  @Test func anIntervalThatStraddlesIsMeasuredLonger() throws {
    var subjects = MadeUpSubjects(count: 2, seed: 4) { subject, generator in
      (subject == 0 ? 2 : 1.96) * Self.millisecond * (1 + 0.1 * generator.normal())
    }
    var looks: [Int] = []
    let result = try #require(
      InterleavedBenchmark(passes: 20...100_000, seconds: 0...10_000).measure(
        &subjects,
        until: {
          #expect($0.ending == nil)
          looks.append($0.passes)
          return $0.subjects[1].ratio.side(of: 1) != .undecided
        }))
    #expect(result.ending == .satisfied && result.subjects[1].ratio.side(of: 1) == .within)
    #expect(looks.count > 2 && looks.first == 20 && result.passes == looks.last)
    for (one, next) in zip(looks, looks.dropFirst()) { #expect(next == 2 * one) }
  }

  @Test func measuringHasALimit() throws {
    let never: (InterleavedResult) -> Bool = { _ in false }
    var subjects = MadeUpSubjects(count: 2) { _, _ in Self.millisecond }
    let passes = try #require(
      InterleavedBenchmark(passes: 20...90, seconds: 0...1000).measure(&subjects, until: never))
    #expect(passes.ending == .limit && passes.passes == 90)
    let start = subjects.clock
    let seconds = try #require(
      InterleavedBenchmark(passes: 20...100_000, seconds: 0...2).measure(&subjects, until: never))
    let spent = Double(subjects.clock - start) / 1e9
    #expect(seconds.ending == .limit && spent > 2 && spent < 2.5 && seconds.passes > 100)
    // The least passes are made also where they take longer.
    let few = try #require(InterleavedBenchmark(passes: 20...90, seconds: 0...0).measure(&subjects, until: never))
    #expect(few.ending == .limit && few.passes == 20)
    // The least seconds too.
    let long = try #require(InterleavedBenchmark(passes: 1...100_000, seconds: 3...9).measure(&subjects))
    #expect(long.ending == .satisfied && long.passes > 500)
  }

  @Test func stops() throws {
    var subjects = MadeUpSubjects(count: 2) { _, _ in Self.millisecond }
    var asked = 0
    let stopped = try #require(
      InterleavedBenchmark(passes: 100...100, seconds: 0...1000).measure(
        &subjects,
        isStopped: {
          asked += 1
          return asked > 180
        }))
    #expect(stopped.ending == .stopped && stopped.passes < 60 && stopped.passes > 20)
    #expect(stopped.subjects.allSatisfy { $0.milliseconds.count == stopped.passes })
    #expect(InterleavedBenchmark().measure(&subjects, isStopped: { true }) == nil)
  }

  /// A board says that it is alive where it is asked, and its runs may take long.
  @Test func asksBeforeEveryRun() throws {
    var subjects = MadeUpSubjects(count: 2) { subject, _ in subject == 0 ? 30_000 : Self.millisecond }
    var asked = 0
    let result = try #require(
      InterleavedBenchmark(passes: 6...6, settlingRuns: 3).measure(
        &subjects,
        isStopped: {
          asked += 1
          return false
        }))
    #expect(result.subjects.map(\.repeats) == [7, 1] && asked == subjects.log.count)
    // Stopped within a turn.
    asked = 0
    let before = subjects.log.count
    let stopped = InterleavedBenchmark(passes: 6...6).measure(
      &subjects,
      isStopped: {
        asked += 1
        return asked > 3
      })
    #expect(stopped == nil && subjects.log.count == before + 3)
  }

  @Test func limitsAreClamped() {
    let benchmark = InterleavedBenchmark(passes: -5...(.max), seconds: -1...1e300, settlingRuns: -1)
    #expect(benchmark.passes == 1...1_000_000 && benchmark.seconds == 0...86_400 && benchmark.settlingRuns == 0)
  }
}
