/// A text that is no schedule (exit code 64).
package struct ScheduleError: Error, Equatable, Sendable {
  /// What was given.
  package let text: String
  /// What is wrong with it, or what would be right.
  package let reason: String

  package var message: String { "schedule '\(text)': \(reason)" }
}
