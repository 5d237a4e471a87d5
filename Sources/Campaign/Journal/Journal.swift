import Foundation

/// A campaign's memory: a file of JSON lines to which entries are added, each brought to the disk before the campaign
/// goes on. A line that a killed process left half written is dropped.
package struct Journal {
  package let path: String
  package private(set) var entries: [JournalEntry] = []

  private static let maximumBytes = 200_000_000

  /// Begins a journal; an old one is replaced.
  package init(creating path: String, header: JournalHeader) throws(JournalError) {
    self.path = path
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw .writeFailed(path: path, reason: "the file cannot be created")
    }
    try append(.began(header: header))
  }

  /// Reads a journal to go on with.
  package init(path: String) throws(JournalError) {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else { throw .missing(path: path) }
    guard data.count <= Journal.maximumBytes else { throw .malformed(path: path, line: 1) }
    var whole = 0
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What follows the last line break was not written to its end.
    for (position, line) in lines.dropLast().enumerated() {
      guard let entry = try? JSONDecoder().decode(JournalEntry.self, from: Data(line)) else {
        throw .malformed(path: path, line: position + 1)
      }
      entries.append(entry)
      whole += line.count + 1
    }
    if whole < data.count { try truncate(to: whole) }
  }

  /// The campaign's header; nil for a journal that was killed before its first line.
  package var header: JournalHeader? {
    if case .began(let header)? = entries.first { header } else { nil }
  }

  /// Adds an entry; once this returns it survives the machine's end.
  package mutating func append(_ entry: JournalEntry) throws(JournalError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let line = try encoder.encode(entry) + Data("\n".utf8)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let end = try file.seekToEnd()
      do {
        try file.write(contentsOf: line)
        try file.synchronize()
      } catch {
        // Half a line must not stand before the next one.
        try? file.truncate(atOffset: end)
        throw error
      }
    } catch {
      throw .writeFailed(path: path, reason: error.localizedDescription)
    }
    entries.append(entry)
  }

  private func truncate(to count: Int) throws(JournalError) {
    do {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }
      try file.truncate(atOffset: UInt64(count))
    } catch {
      throw .writeFailed(path: path, reason: error.localizedDescription)
    }
  }
}
