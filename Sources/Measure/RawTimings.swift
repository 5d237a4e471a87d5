/// What an interleaved measurement notes of one subject, before any statistics.
package struct RawTimings: Equatable, Sendable {
  /// Of every pass, in order. Each is the mean of `repeats` runs.
  package let milliseconds: [Double]
  /// Runs a timing.
  package let repeats: Int
  /// The very first run, cold.
  package let firstRunNanoseconds: UInt64

  package init(milliseconds: [Double], repeats: Int, firstRunNanoseconds: UInt64) {
    self.milliseconds = milliseconds
    self.repeats = repeats
    self.firstRunNanoseconds = firstRunNanoseconds
  }
}
