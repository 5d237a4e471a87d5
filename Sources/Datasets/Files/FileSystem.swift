import CPlatform

/// The few questions that readers and writers ask of the file system.
enum FileSystem {
  /// What lies at a path, links followed.
  enum EntryKind {
    case file, folder, other

    fileprivate init(_ kind: ep_file_kind) {
      switch kind {
      case EP_FILE_REGULAR: self = .file
      case EP_FILE_DIRECTORY: self = .folder
      default: self = .other
      }
    }
  }

  /// The system's words for an errno value.
  static func errorText(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let text = ep_error_text(code, buffer.baseAddress, buffer.count) else { return "error \(code)" }
      return String(cString: text)
    }
  }

  /// The error of reading at `path`, from an errno value.
  static func readError(_ code: Int32, path: String) -> DatasetError {
    if kind(of: path) == nil { return .missing(path: path) }
    return .unreadable(path: path, reason: errorText(code))
  }

  /// What lies at the path, or nil where there is nothing.
  static func kind(of path: String) -> EntryKind? {
    var kind = EP_FILE_OTHER
    return ep_kind_of_file(path, &kind) == 0 ? EntryKind(kind) : nil
  }

  /// The names in a folder with their kinds, hidden ones left out, in the order of their bytes.
  static func list(_ folder: String, limit: Int) throws(DatasetError) -> [(name: String, kind: EntryKind)] {
    var listing = ep_listing()
    let code = ep_list_directory(folder, max(limit, 0), &listing)
    guard code == 0 else { throw readError(code, path: folder) }
    defer { ep_free_listing(listing) }
    return UnsafeBufferPointer(start: listing.entries, count: listing.count).compactMap { entry in
      guard let name = entry.name, name.pointee != CChar(UInt8(ascii: ".")) else { return nil }
      return (String(cString: name), EntryKind(entry.kind))
    }
  }

  /// Creates a folder and the ones above it; does nothing where it exists.
  static func createFolder(_ path: String) throws(DatasetError) {
    let code = ep_make_directory(path)
    guard code == 0 else { throw .cannotCreate(path: path, reason: errorText(code)) }
  }
}
