/// What a reader accepts before it refuses, so that a damaged or hostile data set cannot take all memory or time.
package struct DatasetLimits: Sendable {
  /// Samples of one data set.
  package var samples = 20_000_000
  /// Class indices.
  package var classes = 1_000_000
  /// Bytes of one encoded picture.
  package var pictureBytes = 256 << 20
  /// Nested folders below the data set's own.
  package var depth = 32
  /// Bytes of an index file.
  package var indexBytes = 1 << 30
  /// Bytes of one field of an index file.
  package var fieldBytes = 1 << 16
  /// Fields of one row of an index file.
  package var columns = 1024
  /// Bytes of a member's name in an archive.
  package var nameBytes = 1 << 14
  /// Bytes of an archive's extended header.
  package var extendedHeaderBytes = 1 << 20

  package init() {}
}
