import CPlatform

/// Reads a folder of class folders.
enum FolderReader {
  /// Lists the pictures, class by class, in the order of their names' UTF-8 bytes.
  static func read(
    _ root: String, limits: DatasetLimits
  ) throws(DatasetError) -> (classNames: [String], samples: [Sample], ignored: Int) {
    var walk = Walk(root: root, limits: limits)
    try walk.visit("", depth: 0)
    let layout = try ClassLayout(folders: walk.folders, empty: walk.empty, path: root)
    var samples: [Sample] = []
    samples.reserveCapacity(walk.pictures.count)
    var ignored = walk.ignored
    for picture in walk.pictures {
      if let index = layout.classIndex(ofFolder: PictureName.folder(of: picture)) {
        samples.append(Sample(classIndex: index, location: .file(path: picture)))
      } else {
        ignored += 1
      }
    }
    return (layout.classNames, samples, ignored)
  }

  /// What a walk through the tree has found.
  private struct Walk {
    let root: String
    let limits: DatasetLimits
    var pictures: [String] = []
    var folders: Set<String> = []
    var empty: Set<String> = []
    var ignored = 0

    mutating func visit(_ folder: String, depth: Int) throws(DatasetError) {
      guard depth <= limits.depth else {
        throw .limitExceeded(path: root, what: "nested folders", limit: limits.depth)
      }
      var isEmpty = true
      for (name, kind) in try list(folder) {
        let path = folder.isEmpty ? name : folder + "/" + name
        switch kind {
        case .folder:
          isEmpty = false
          try visit(path, depth: depth + 1)
        case .file where ep_is_picture_name(name):
          isEmpty = false
          guard pictures.count < limits.samples else {
            throw .limitExceeded(path: root, what: "pictures", limit: limits.samples)
          }
          pictures.append(path)
          folders.insert(folder)
        case .file, .other:
          ignored += 1
        }
      }
      if isEmpty, !folder.isEmpty { empty.insert(folder) }
    }

    private func list(_ folder: String) throws(DatasetError) -> [(name: String, kind: FileSystem.EntryKind)] {
      try FileSystem.list(folder.isEmpty ? root : root + "/" + folder, limit: limits.samples)
    }
  }
}
