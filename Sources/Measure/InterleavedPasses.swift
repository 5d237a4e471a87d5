/// The passes of an interleaved measurement in the making: every subject once, in an order drawn anew for each.
struct InterleavedPasses {
  /// Of every subject, of every pass.
  private(set) var milliseconds: [[Double]]
  private(set) var calibration: [Double] = []
  /// Runs a timing, of every subject.
  private var repeats: [Int]
  private var firstRuns: [UInt64]
  /// What a pass takes, about.
  private(set) var passNanoseconds: UInt64 = 0
  private let settlingRuns: Int
  private var generator: SplitMix64
  private var order: [Int]

  /// A timing takes at least about this long, so that neither the clock's resolution nor a call's cost shows.
  private static let shortestTiming: UInt64 = 200_000
  private static let maximumRepeats: UInt64 = 10_000
  /// Runs after the first one, to find `repeats` from.
  private static let trials = 3

  /// - Parameter subjects: How many, at least 1.
  init(subjects: Int, settlingRuns: Int, seed: UInt64) {
    milliseconds = Array(repeating: [], count: subjects)
    repeats = Array(repeating: 1, count: subjects)
    firstRuns = Array(repeating: 0, count: subjects)
    order = Array(0..<subjects)
    self.settlingRuns = settlingRuns
    generator = SplitMix64(state: seed)
  }

  var count: Int { calibration.count }

  /// Of every subject.
  var timings: [RawTimings] {
    milliseconds.indices.map {
      RawTimings(milliseconds: milliseconds[$0], repeats: repeats[$0], firstRunNanoseconds: firstRuns[$0])
    }
  }

  /// Runs every subject for the first time and finds how often to repeat it. False where it was stopped, which is asked
  /// before every run: the asking is a slow board's sign of life.
  mutating func begin<Subjects: BenchmarkSubjects>(_ subjects: inout Subjects, isStopped: () -> Bool) -> Bool {
    for subject in milliseconds.indices {
      var shortest = UInt64.max
      for trial in 0...Self.trials {
        if isStopped() { return false }
        let time = InterleavedPasses.time(subject, &subjects)
        if trial == 0 { firstRuns[subject] = time } else { shortest = min(shortest, time) }
      }
      let wanted = (Self.shortestTiming + shortest - 1) / max(shortest, 1)
      repeats[subject] = Int(min(max(wanted, 1), Self.maximumRepeats))
      let (runs, overflow) = shortest.multipliedReportingOverflow(by: UInt64(repeats[subject] + settlingRuns))
      passNanoseconds = overflow ? .max : passNanoseconds.addingReportingOverflow(runs).partialValue
    }
    return true
  }

  /// Times everything once. False where it was stopped, which is asked before every run; the pass is then dropped.
  mutating func add<Subjects: BenchmarkSubjects>(_ subjects: inout Subjects, isStopped: () -> Bool) -> Bool {
    let start = subjects.now()
    subjects.calibrate()
    let calibrated = subjects.now() - start
    generator.shuffle(&order)
    var timings = Array(repeating: 0.0, count: order.count)
    for subject in order {
      var total: UInt64 = 0
      for run in 0..<settlingRuns + repeats[subject] {
        if isStopped() { return false }
        let time = InterleavedPasses.time(subject, &subjects)
        if run >= settlingRuns { total &+= time }
      }
      timings[subject] = Double(total) / Double(repeats[subject]) / 1e6
    }
    for subject in order { milliseconds[subject].append(timings[subject]) }
    calibration.append(Double(calibrated) / 1e6)
    return true
  }

  mutating func drop(first passes: Int) {
    calibration.removeFirst(passes)
    for subject in milliseconds.indices { milliseconds[subject].removeFirst(passes) }
  }

  /// Of every pass: the mean over subjects of their time as a part of their own median, so that each counts alike.
  var paces: [Double] {
    var paces = Array(repeating: 0.0, count: count)
    for series in milliseconds where !series.isEmpty {
      let median = LatencyStatistics.percentile(series.sorted(), 0.5)
      guard median > 0 else { continue }
      for (pass, time) in series.enumerated() { paces[pass] += time / median / Double(milliseconds.count) }
    }
    return paces
  }

  private static func time<Subjects: BenchmarkSubjects>(_ subject: Int, _ subjects: inout Subjects) -> UInt64 {
    subjects.prepare(subject)
    let start = subjects.now()
    subjects.run(subject)
    return subjects.now() - start
  }
}
