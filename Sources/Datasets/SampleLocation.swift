/// Where a sample's bytes are within its data set.
package enum SampleLocation: Sendable, Equatable {
  /// A file of its own; relative to the data set's folder unless it begins with a slash.
  case file(path: String)
  /// A member of the archive: `count` bytes from `offset`.
  case member(name: String, offset: UInt64, count: Int)
  /// Record `record` of the batch `file`, both counted from 0.
  case record(file: Int, record: Int)
}
