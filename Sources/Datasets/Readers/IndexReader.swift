/// Reads an index file: comma-separated `file,class_index[,...]`, a header naming the columns or none, and optionally a
/// column `name` (or `class`, `label`) with the class's name. Files are relative to the index file's folder.
enum IndexReader {
  /// - Returns: a name for each class index up to the largest; its number where the file gives none.
  static func read(
    _ bytes: [UInt8], path: String, limits: DatasetLimits
  ) throws(DatasetError) -> (classNames: [String], samples: [Sample]) {
    var reader = CSVReader(bytes, path: path, limits: limits)
    var columns = Columns()
    var samples: [Sample] = []
    var names: [Int: String] = [:]
    var isFirst = true
    while let (line, fields) = try reader.next() {
      if isFirst {
        isFirst = false
        if let header = Columns(header: fields) {
          columns = header
          continue
        }
      }
      let needed = max(columns.file, columns.classIndex)
      guard fields.count > needed else {
        throw .malformedIndex(
          path: path, line: line, reason: "\(fields.count) fields where file and class_index need \(needed + 1)")
      }
      let file = fields[columns.file]
      guard !file.isEmpty, !file.utf8.contains(0) else {
        throw .malformedIndex(path: path, line: line, reason: "no file name")
      }
      let number = fields[columns.classIndex]
      guard let index = Int(number), (0..<limits.classes).contains(index) else {
        throw .malformedIndex(
          path: path, line: line, reason: "class_index '\(number)' is no number from 0 to \(limits.classes - 1)")
      }
      guard samples.count < limits.samples else {
        throw .limitExceeded(path: path, what: "pictures", limit: limits.samples)
      }
      samples.append(Sample(classIndex: index, location: .file(path: file)))
      if let column = columns.name, column < fields.count, !fields[column].isEmpty, names[index] == nil {
        names[index] = fields[column]
      }
    }
    guard let largest = samples.lazy.map(\.classIndex).max() else { throw .noPictures(path: path) }
    return ((0...largest).map { names[$0] ?? String($0) }, samples)
  }

  /// Where the fields are that matter.
  private struct Columns {
    var file = 0
    var classIndex = 1
    var name: Int?

    init() {}

    /// nil where the row names no columns.
    init?(header: [String]) {
      let titles = header.map { $0.lowercased() }
      guard let file = titles.firstIndex(of: "file"), let classIndex = titles.firstIndex(of: "class_index") else {
        return nil
      }
      self.file = file
      self.classIndex = classIndex
      name = titles.firstIndex { ["name", "class", "label", "class_name"].contains($0) }
    }
  }
}
