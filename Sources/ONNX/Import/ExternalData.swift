import CPlatform
import Glibc
import Graph

/// Tensor data kept in files beside the model. Only files inside the model's folder are read.
struct ExternalData {
  /// The model's folder; nil where a model does not come from a file.
  let folder: String?

  /// The bytes that a tensor's `external_data` entries (location, offset, length) point to.
  func read(_ entries: [ONNXStringStringEntryProto], byteCount: Int, _ what: String) throws(ImportFailure) -> [UInt8] {
    var location: String?
    var offset = 0
    var length: Int?
    for entry in entries {
      switch entry.key {
      case "location": location = entry.value
      case "offset": offset = try number(entry, what)
      case "length": length = try number(entry, what)
      default: break  // "checksum" and keys of later versions
      }
    }
    guard let location, !location.isEmpty else { throw .malformed("\(what) has external data without a location") }
    if let length, length != byteCount {
      throw .malformed("\(what) has \(length) bytes in '\(location)' where its shape and type take \(byteCount)")
    }
    let path = try path(location, what)
    return try slice(of: path, offset: offset, byteCount: byteCount, what)
  }

  private func number(_ entry: ONNXStringStringEntryProto, _ what: String) throws(ImportFailure) -> Int {
    guard let value = Int(entry.value), value >= 0 else {
      throw .malformed("\(what) has external data with the \(entry.key) '\(entry.value)'")
    }
    return value
  }

  /// The file's path. Refuses whatever leaves the model's folder: a model may come from anybody, and must not be able to
  /// read the machine's other files into a network's weights.
  private func path(_ location: String, _ what: String) throws(ImportFailure) -> String {
    guard let folder else {
      throw .unsupported("\(what) has external data in '\(location)', but the model is not a file")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.contains("\0"), !location.contains("\\"), parts.allSatisfy({ !$0.isEmpty && $0 != ".." }) else {
      throw .malformed("\(what) has external data in '\(location)', which is not a path inside the model's folder")
    }
    let path = folder + "/" + location
    guard let resolvedFolder = resolved(folder), let resolved = resolved(path) else {
      throw .unreadable(file: path, reason: "no such file")
    }
    let prefix = resolvedFolder == "/" ? "/" : resolvedFolder + "/"
    guard resolved.hasPrefix(prefix) else {
      throw .malformed("\(what) has external data in '\(location)', a link that leaves the model's folder")
    }
    return resolved
  }

  /// The path with every symbolic link followed, or nil where nothing is there.
  private func resolved(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  private func slice(of path: String, offset: Int, byteCount: Int, _ what: String) throws(ImportFailure) -> [UInt8] {
    var mapping = ep_mapping()
    let status = ep_map_file(path, &mapping)
    guard status == 0 else { throw .unreadable(file: path, reason: String(cString: strerror(status))) }
    defer { ep_unmap(mapping) }
    guard offset <= mapping.count, byteCount <= mapping.count - offset else {
      throw .malformed(
        "\(what) takes bytes \(offset) to \(offset.addingReportingOverflow(byteCount).partialValue) of '\(path)', "
          + "which has \(mapping.count)")
    }
    return Array(UnsafeRawBufferPointer(start: mapping.bytes + offset, count: byteCount))
  }
}
