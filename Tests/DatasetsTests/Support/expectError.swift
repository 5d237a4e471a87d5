import Datasets
import Testing

/// Expects an error, and hands it to `check`.
func expectError<T>(
  _ expected: DatasetError? = nil, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws(DatasetError) -> T
) {
  do throws(DatasetError) {
    _ = try body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch {
    if let expected { #expect(error == expected, sourceLocation: sourceLocation) }
    #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
    #expect([64, 65, 66, 73, 74, 75].contains(error.exitCode), sourceLocation: sourceLocation)
  }
}
