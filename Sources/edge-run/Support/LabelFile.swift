import Foundation

/// Labels of a classifier: a text file with one a line.
enum LabelFile {
  /// Larger files are no label files.
  private static let maximumBytes = 64 << 20

  /// The lines of a file; an empty last line is none.
  static func read(_ path: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.missing("\(path): no such label file, or it cannot be read")
    }
    guard data.count <= maximumBytes, let text = String(data: data, encoding: .utf8) else {
      throw Failure.data("\(path): not a text file in UTF-8 with one label a line")
    }
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    if lines.last == "" { lines.removeLast() }
    guard !lines.isEmpty else { throw Failure.data("\(path): holds no labels") }
    return lines
  }
}
