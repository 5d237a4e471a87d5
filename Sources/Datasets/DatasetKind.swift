/// How a data set is stored.
package enum DatasetKind: String, Sendable, CaseIterable {
  /// A folder with one folder of pictures a class.
  case folder
  /// The same tree in a tar archive.
  case archive
  /// CIFAR-10 binary batches: records of one label byte and 32 x 32 RGB pixels, plane by plane.
  case cifar10
  /// A folder with `index.csv`: `file,class_index[,...]`.
  case index
}
