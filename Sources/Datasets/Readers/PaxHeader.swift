/// What pax extended headers say about a member: records of `length key=value` and a line end (POSIX pax).
struct PaxHeader: Equatable {
  /// The member's name.
  var path: String?
  /// Its size in bytes.
  var size: UInt64?
  /// Whether GNU tar stored it with holes.
  var isSparse = false

  /// Adds the records of one extended header, at `offset` of the archive `path`.
  mutating func merge(_ bytes: [UInt8], path archive: String, offset: UInt64) throws(DatasetError) {
    var rest = bytes[...]
    while let first = rest.first, first != 0 {
      let position = offset + UInt64(rest.startIndex)
      var length = 0
      var digits = 0
      for digit in rest {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), digits < 9 else { break }
        length = length * 10 + Int(digit - UInt8(ascii: "0"))
        digits += 1
      }
      // Digits, a blank, a key, an equals sign and a line end: five bytes at least.
      guard digits > 0, length >= digits + 4, length <= rest.count,
        rest[rest.startIndex + digits] == UInt8(ascii: " "),
        rest[rest.startIndex + length - 1] == UInt8(ascii: "\n")
      else {
        throw .damagedArchive(path: archive, offset: position, reason: "an extended header's record is malformed")
      }
      let record = rest[(rest.startIndex + digits + 1)..<(rest.startIndex + length - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
        throw .damagedArchive(path: archive, offset: position, reason: "an extended header's record has no value")
      }
      let key = String(decoding: record[..<equals], as: UTF8.self)
      let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
      switch key {
      case "path": path = value.isEmpty ? nil : value
      case "size":
        guard value.isEmpty || UInt64(value) != nil else {
          throw .damagedArchive(path: archive, offset: position, reason: "an extended header's size is no number")
        }
        size = UInt64(value)
      default:
        if key.hasPrefix("GNU.sparse.") { isSparse = true }
      }
      rest = rest.dropFirst(length)
    }
  }
}
