/// One picture of a data set and its class.
package struct Sample: Sendable, Equatable {
  /// Index into the data set's `classNames`.
  package let classIndex: Int
  /// Where the picture's bytes are.
  package let location: SampleLocation

  package init(classIndex: Int, location: SampleLocation) {
    self.classIndex = classIndex
    self.location = location
  }
}
