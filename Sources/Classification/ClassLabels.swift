import Runtime

/// Names of a network's classes, one a line.
package struct ClassLabels: Equatable, Sendable {
  package let names: [String]

  /// At most this many lines, and this many bytes in all.
  package static let maximumCount = 1 << 20
  package static let maximumBytes = 64 << 20

  /// Reads a label file, checked against the network's number of outputs.
  package init(path: String, outputs: Int, classOffset: Int) throws(ClassificationError) {
    let file = try FileContents(path: path, limit: Self.maximumBytes)
    try self.init(text: file.text, source: path, outputs: outputs, classOffset: classOffset)
  }

  /// Lines of text; blank lines at the end do not count.
  ///
  /// - Parameters:
  ///   - source: Where the text is from, for messages.
  ///   - outputs: How many scores the network gives.
  ///   - classOffset: How many of them come before class 0, at most all. A label for these may be there or not.
  package init(text: String, source: String, outputs: Int, classOffset: Int) throws(ClassificationError) {
    var lines: [String] = []
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      guard lines.count < Self.maximumCount else {
        throw .labels(source: source, reason: "more than \(Self.maximumCount) labels")
      }
      let end = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      lines.append(String(decoding: end, as: UTF8.self))
    }
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    if lines.count == outputs {
      lines.removeFirst(classOffset)
    } else if lines.count != outputs - classOffset {
      throw .labels(
        source: source,
        reason: "\(lines.count) labels, but the network has \(outputs) outputs"
          + (classOffset == 0 ? "" : ", \(classOffset) of them before class 0")
          + ": give one label a line for each class")
    }
    names = lines
  }

  /// The label of a class; nil where it has none.
  package subscript(index: Int) -> String? { names.indices.contains(index) ? names[index] : nil }
}
