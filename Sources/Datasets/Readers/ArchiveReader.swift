import CPlatform

/// Reads a folder of class folders inside a tar archive.
enum ArchiveReader {
  /// What an archive holds of one part.
  struct Result {
    let classNames: [String]
    let samples: [Sample]
    let ignored: Int
    let split: String?
  }

  /// Locates the pictures, in the order in which they lie, so that reading them all is one pass through the file.
  ///
  /// - Parameters:
  ///   - split: the part to take, where the tree has parts (`train/...`, `test/...`).
  ///   - preferred: parts to take in this order where none was named.
  static func read<Source: ByteSource>(
    _ source: Source, split: String?, preferred: [String], limits: DatasetLimits
  ) throws(DatasetError) -> Result {
    var contents = try Contents(source, limits: limits)
    if contents.pictures.isEmpty { throw .noPictures(path: source.path) }
    let chosen = try contents.choose(split, preferred: preferred, path: source.path)
    let layout = try ClassLayout(folders: contents.folders, empty: contents.emptyFolders, path: source.path)
    var samples: [Sample] = []
    samples.reserveCapacity(contents.pictures.count)
    var ignored = contents.ignored
    for picture in contents.pictures {
      if let index = layout.classIndex(ofFolder: picture.folder) {
        samples.append(
          Sample(
            classIndex: index,
            location: .member(name: picture.name, offset: picture.offset, count: picture.byteCount)))
      } else {
        ignored += 1
      }
    }
    return Result(classNames: layout.classNames, samples: samples, ignored: ignored, split: chosen)
  }

  /// A picture's place.
  private struct Picture {
    let name: String
    let folder: String
    let offset: UInt64
    let byteCount: Int
  }

  /// The pictures and folders of an archive.
  private struct Contents {
    var pictures: [Picture] = []
    var folders: Set<String> = []
    var declaredFolders: Set<String> = []
    var ignored = 0

    init<Source: ByteSource>(_ source: Source, limits: DatasetLimits) throws(DatasetError) {
      var reader = TarReader(source: source, limits: limits)
      while let entry = try reader.next() {
        switch entry.kind {
        case .folder:
          declaredFolders.insert(PictureName.folder(of: entry.name + "/."))
        case .file where ep_is_picture_name(entry.name):
          guard entry.byteCount <= UInt64(limits.pictureBytes) else {
            throw .limitExceeded(path: "\(source.path): \(entry.name)", what: "bytes", limit: limits.pictureBytes)
          }
          guard pictures.count < limits.samples else {
            throw .limitExceeded(path: source.path, what: "pictures", limit: limits.samples)
          }
          let folder = PictureName.folder(of: entry.name)
          folders.insert(folder)
          pictures.append(
            Picture(name: entry.name, folder: folder, offset: entry.offset, byteCount: Int(entry.byteCount)))
        case .file, .other:
          ignored += 1
        }
        guard declaredFolders.count <= limits.samples else {
          throw .limitExceeded(path: source.path, what: "folders", limit: limits.samples)
        }
      }
    }

    /// Folders that were declared and have nothing below them.
    var emptyFolders: Set<String> {
      var used: Set<String> = []
      for folder in folders.union(declaredFolders) {
        var path = folder[...]
        while let slash = path.lastIndex(of: "/") {
          path = path[..<slash]
          guard used.insert(String(path)).inserted else { break }
        }
      }
      return declaredFolders.filter { !folders.contains($0) && !used.contains($0) && !$0.isEmpty }
    }

    /// Keeps the pictures of one part, and says which; nil where the tree has no parts.
    mutating func choose(_ split: String?, preferred: [String], path: String) throws(DatasetError) -> String? {
      let depth = ClassLayout.sharedPrefix(of: folders.union(emptyFolders))
      var parts: Set<String> = []
      for folder in folders {
        let names = folder.split(separator: "/")
        // A part has class folders below it.
        if names.count > depth + 1 { parts.insert(String(names[depth])) }
      }
      let available = parts.filter { ClassLayout.splitNames.contains($0) }.sorted(by: ByteOrder.precedes)
      if let split {
        guard keep(split, upTo: depth) else { throw .unknownSplit(path: path, split: split, available: available) }
        return split
      }
      guard !available.isEmpty, available.count == parts.count else { return nil }
      guard let choice = preferred.first(where: available.contains) else {
        throw .splitRequired(path: path, available: available)
      }
      return keep(choice, upTo: depth) ? choice : nil
    }

    /// Drops everything that does not lie below a folder `split` at most `depth` folders down; false where nothing would
    /// be left.
    private mutating func keep(_ split: String, upTo depth: Int) -> Bool {
      func belongs(_ folder: String) -> Bool {
        let names = folder.split(separator: "/")
        guard let index = names.prefix(depth + 1).firstIndex(where: { $0 == split }) else { return false }
        return names.count > index + 1
      }
      let kept = folders.filter(belongs)
      if kept.isEmpty { return false }
      folders = kept
      declaredFolders = declaredFolders.filter(belongs)
      pictures = pictures.filter { kept.contains($0.folder) }
      return true
    }
  }
}
