import CPlatform
import Runtime

/// Finds the pictures that a command line names.
package enum PictureList {
  /// At most this many files in one folder and its subfolders, nested at most this deep.
  private static let maximumFiles = 1_000_000
  private static let maximumDepth = 32

  /// Each path as it is, but for folders, which are replaced by the pictures in them and their subfolders
  /// (`ep_is_picture_name`), sorted by name. Names that begin with a dot are left out. A path that does not exist stays in
  /// the list: reading it tells what is wrong.
  ///
  /// Throws `noPictures` for a folder without any, `unreadable` for one that cannot be listed, and `tooDeep` where a link
  /// leads round in a circle.
  package static func expand(_ paths: [String]) throws(ClassificationError) -> [String] {
    var result: [String] = []
    for path in paths {
      var kind = EP_FILE_OTHER
      guard path != "-", ep_kind_of_file(path, &kind) == 0, kind == EP_FILE_DIRECTORY else {
        result.append(path)
        continue
      }
      let before = result.count
      try walk(path, depth: 0, root: path, limit: before + maximumFiles, &result)
      if result.count == before { throw .noPictures(path: path) }
    }
    return result
  }

  private static func walk(
    _ folder: String, depth: Int, root: String, limit: Int, _ result: inout [String]
  ) throws(ClassificationError) {
    var listing = ep_listing()
    let error = ep_list_directory(folder, maximumFiles, &listing)
    if error != 0 { throw .unreadable(path: folder, reason: systemErrorText(error)) }
    defer { ep_free_listing(listing) }
    let prefix = folder.utf8.last == UInt8(ascii: "/") ? folder : folder + "/"
    for entry in UnsafeBufferPointer(start: listing.entries, count: listing.count) {
      guard let start = entry.name else { continue }
      let name = String(cString: start)
      if name.utf8.first == UInt8(ascii: ".") { continue }
      if entry.kind == EP_FILE_DIRECTORY {
        // Links may lead back to where they are.
        guard depth < maximumDepth else { throw .tooDeep(path: root, limit: maximumDepth) }
        try walk(prefix + name, depth: depth + 1, root: root, limit: limit, &result)
      } else if ep_is_picture_name(start) {
        guard result.count < limit else { throw .tooManyPictures(path: root, limit: maximumFiles) }
        result.append(prefix + name)
      }
    }
  }
}
