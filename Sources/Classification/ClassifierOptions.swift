/// What a user may say about how pictures are classified.
package struct ClassifierOptions: Sendable {
  /// Workers, the caller's thread counted.
  package var threads: Int
  /// A preset's name or a file; nil for what the model says.
  package var preprocessing: String?
  /// A file of labels; nil for those in the model.
  package var labels: String?
  /// The network's outputs before class 0: 1 for networks whose first output is "background".
  package var classOffset: Int

  package init(threads: Int = 1, preprocessing: String? = nil, labels: String? = nil, classOffset: Int = 0) {
    self.threads = threads
    self.preprocessing = preprocessing
    self.labels = labels
    self.classOffset = classOffset
  }
}
