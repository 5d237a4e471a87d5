import CPlatform

/// Things whose times are compared, and the clock that they are compared by.
package protocol BenchmarkSubjects {
  /// How many there are; the first, number 0, is the baseline.
  var count: Int { get }
  /// What has to be done before every run of a subject, and is not timed.
  mutating func prepare(_ subject: Int)
  /// What is timed.
  mutating func run(_ subject: Int)
  /// Fixed work that is timed in every pass, to tell whether the machine changes.
  mutating func calibrate()
  /// Nanoseconds of a clock that never goes back.
  func now() -> UInt64
}

extension BenchmarkSubjects {
  /// This machine's monotonic clock.
  package func now() -> UInt64 { ep_now_ns() }
}
