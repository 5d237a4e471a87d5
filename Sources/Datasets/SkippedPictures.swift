/// The pictures that could not be used: all counted, the first ones named.
package struct SkippedPictures: Sendable {
  /// How many were skipped.
  package private(set) var count = 0
  /// The first of them, with what was wrong.
  package private(set) var examples: [DatasetError] = []
  private let exampleLimit: Int

  /// - Parameter exampleLimit: how many are kept with their reason.
  package init(exampleLimit: Int = 20) {
    self.exampleLimit = exampleLimit
  }

  /// Counts one more.
  package mutating func record(_ error: DatasetError) {
    count += 1
    if examples.count < exampleLimit { examples.append(error) }
  }
}
