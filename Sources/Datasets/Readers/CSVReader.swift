/// Reads rows of comma-separated values (RFC 4180): quoted fields with doubled quotes, commas and line ends inside,
/// CRLF, LF or CR line ends, a byte order mark. Blank lines are left out.
struct CSVReader {
  private let bytes: [UInt8]
  private let path: String
  private let limits: DatasetLimits
  private var position: Int
  private var line = 1

  init(_ bytes: [UInt8], path: String, limits: DatasetLimits) {
    self.bytes = bytes
    self.path = path
    self.limits = limits
    self.position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// The next row that is not blank and the line on which it begins, or nil at the end.
  mutating func next() throws(DatasetError) -> (line: Int, fields: [String])? {
    while position < bytes.count {
      let start = line
      let fields = try row()
      if fields != [""] { return (start, fields) }
    }
    return nil
  }

  private mutating func row() throws(DatasetError) -> [String] {
    var fields: [String] = []
    while true {
      guard fields.count < limits.columns else {
        throw .limitExceeded(path: "\(path):\(line)", what: "fields in a row", limit: limits.columns)
      }
      let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
      fields.append(isQuoted ? try quoted() : try plain())
      guard position < bytes.count else { return fields }
      let ending = bytes[position]
      position += 1
      switch ending {
      case UInt8(ascii: ","): continue
      case UInt8(ascii: "\r"):
        if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "\n"): break
      default: throw .malformedIndex(path: path, line: line, reason: "text follows a closing quote")
      }
      line += 1
      return fields
    }
  }

  private mutating func plain() throws(DatasetError) -> String {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n"): return try field(bytes[start..<position])
      case UInt8(ascii: "\""):
        throw .malformedIndex(path: path, line: line, reason: "a quote inside a field that does not begin with one")
      default: position += 1
      }
    }
    return try field(bytes[start..<position])
  }

  private mutating func quoted() throws(DatasetError) -> String {
    let start = line
    position += 1
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard position < bytes.count, bytes[position] == byte else { return try field(content[...]) }
        position += 1
      } else if byte == UInt8(ascii: "\n") {
        line += 1
      }
      content.append(byte)
      guard content.count <= limits.fieldBytes else { break }
    }
    guard content.count <= limits.fieldBytes else {
      throw .limitExceeded(path: "\(path):\(start)", what: "bytes in a field", limit: limits.fieldBytes)
    }
    throw .malformedIndex(path: path, line: start, reason: "a quoted field has no closing quote")
  }

  private func field(_ content: ArraySlice<UInt8>) throws(DatasetError) -> String {
    guard content.count <= limits.fieldBytes else {
      throw .limitExceeded(path: "\(path):\(line)", what: "bytes in a field", limit: limits.fieldBytes)
    }
    guard let text = String(validating: content, as: UTF8.self) else {
      throw .malformedIndex(path: path, line: line, reason: "not UTF-8 text")
    }
    return text
  }
}
