/// A picture that was drawn, as the file that is written.
package struct GeneratedPicture: Sendable, Equatable {
  /// Index into the data set's `classNames`.
  package let classIndex: Int
  /// A JPEG file.
  package let jpeg: [UInt8]
}
