/// What is wrong with a job file, and where (exit code 65).
package struct JobError: Error, Sendable, Equatable {
  package let path: String
  /// Counts from 1; nil where the whole file is meant.
  package let line: Int?
  package let reason: String

  package var message: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)" }
  package var exitCode: Int32 { 65 }
}
