/// Finds the classes in a tree of pictures: the folders below the ones that all pictures share, each with everything
/// below it. `test/cat/1.jpg` and `test/dog/old/2.jpg` are the classes `cat` and `dog`.
struct ClassLayout {
  /// The names of folders that are parts of a data set rather than classes, where all folders are such.
  static let splitNames: Set<String> = [
    "train", "training", "test", "testing", "val", "valid", "validation", "eval", "dev",
  ]

  /// In the order of their UTF-8 bytes.
  let classNames: [String]
  private let prefixCount: Int
  private let indices: [Substring: Int]

  /// - Parameters:
  ///   - folders: the folder of each picture, slashes between names, nothing before or after; each once or more.
  ///   - empty: folders without anything in them, which may be classes that were forgotten.
  ///   - path: the data set, for messages.
  init(folders: Set<String>, empty: Set<String>, path: String) throws(DatasetError) {
    if folders.isEmpty { throw .noPictures(path: path) }
    let prefixCount = Self.sharedPrefix(of: folders.union(empty))
    var names: Set<Substring> = []
    for folder in folders {
      if let name = Self.component(prefixCount, of: folder) { names.insert(name) }
    }
    if names.isEmpty { throw .noClassFolders(path: path) }
    for folder in empty {
      guard let name = Self.component(prefixCount, of: folder), !names.contains(name) else { continue }
      throw .emptyClass(path: path, name: String(name))
    }
    let sorted = names.map(String.init).sorted(by: ByteOrder.precedes)
    var indices: [Substring: Int] = [:]
    for (index, name) in sorted.enumerated() { indices[Substring(name)] = index }
    self.prefixCount = prefixCount
    self.classNames = sorted
    self.indices = indices
  }

  /// The class of a picture in this folder; nil where the picture lies above the class folders.
  func classIndex(ofFolder folder: String) -> Int? {
    Self.component(prefixCount, of: folder).flatMap { indices[$0] }
  }

  /// The folder's part `index`, if it has so many.
  private static func component(_ index: Int, of folder: String) -> Substring? {
    let parts = folder.split(separator: "/", maxSplits: index + 1)
    return parts.count > index ? parts[index] : nil
  }

  /// How many leading parts all folders share, leaving each at least one.
  static func sharedPrefix(of folders: Set<String>) -> Int {
    var shared: [Substring]?
    for folder in folders where !folder.isEmpty {
      let parts = folder.split(separator: "/")
      guard let current = shared else {
        shared = parts.dropLast()
        continue
      }
      let limit = min(current.count, parts.count - 1)
      var count = 0
      while count < limit, current[count] == parts[count] { count += 1 }
      shared = Array(current.prefix(count))
    }
    return shared?.count ?? 0
  }
}
