/// Walks the members of a tar archive in the order in which they lie: v7, ustar, pax and GNU long names. Only headers
/// are read; contents are located. Nothing is ever extracted, so names can do no harm.
///
/// An archive must end with its zero block: one that simply stops was cut short, and silently fewer pictures would
/// change an accuracy.
package struct TarReader<Source: ByteSource> {
  private static var blockBytes: Int { 512 }

  private let source: Source
  private let limits: DatasetLimits
  private var position: UInt64 = 0
  private var globalHeader = PaxHeader()
  private var ended = false

  package init(source: Source, limits: DatasetLimits = DatasetLimits()) {
    self.source = source
    self.limits = limits
  }

  /// The next member, or nil after the last.
  package mutating func next() throws(DatasetError) -> TarEntry? {
    if ended { return nil }
    var header = globalHeader
    var longName: String?
    while true {
      let start = position
      guard start < source.byteCount else {
        throw damage(at: start, "the archive ends without its end mark")
      }
      let block = try source.read(at: start, count: Self.blockBytes, orEndOf: "a member's header")
      if block.allSatisfy({ $0 == 0 }) {
        guard header == globalHeader, longName == nil else {
          throw damage(at: start, "the archive ends where a member's header should follow")
        }
        ended = true
        return nil
      }
      try checkSum(of: block, at: start)
      guard let declared = Self.number(block[124..<136]) else {
        throw damage(at: start + 124, "a member's size is no number")
      }
      let type = block[156]
      let content = start + UInt64(Self.blockBytes)
      switch type {
      case UInt8(ascii: "x"), UInt8(ascii: "g"):
        let bytes = try extended(content, declared)
        if type == UInt8(ascii: "x") {
          try header.merge(bytes, path: source.path, offset: content)
        } else {
          try globalHeader.merge(bytes, path: source.path, offset: content)
          header = globalHeader
        }
      case UInt8(ascii: "L"):
        longName = String(decoding: try extended(content, declared).prefix { $0 != 0 }, as: UTF8.self)
      case UInt8(ascii: "K"):
        _ = try extended(content, declared)
      case UInt8(ascii: "S"):
        throw damage(at: start, "a sparse member, which is not supported: make the archive without --sparse")
      default:
        if header.isSparse {
          throw damage(at: start, "a sparse member, which is not supported: make the archive without --sparse")
        }
        let name = header.path ?? longName ?? Self.name(in: block)
        guard name.utf8.count <= limits.nameBytes else {
          throw .limitExceeded(path: source.path, what: "bytes in a member's name", limit: limits.nameBytes)
        }
        return try member(name, type: type, declared: header.size ?? declared, header: start)
      }
    }
  }

  /// Steps over a member's content and describes it.
  private mutating func member(
    _ name: String, type: UInt8, declared: UInt64, header start: UInt64
  ) throws(DatasetError) -> TarEntry {
    let kind: TarEntry.Kind
    // Links, devices, folders and pipes have no content, whatever their size field says (POSIX pax, ustar section).
    var byteCount: UInt64 = 0
    switch type {
    case UInt8(ascii: "1")...UInt8(ascii: "4"), UInt8(ascii: "6"): kind = .other
    case UInt8(ascii: "5"): kind = .folder
    default:
      // Unknown types are to be treated as files; an old archive marks a folder by its name.
      byteCount = declared
      kind = name.utf8.last == UInt8(ascii: "/") ? .folder : .file
    }
    let content = start + UInt64(Self.blockBytes)
    guard byteCount <= source.byteCount - min(content, source.byteCount) else {
      throw damage(at: start, "'\(name)' should have \(byteCount) bytes, and the archive ends at \(source.byteCount)")
    }
    position = Self.padded(content + byteCount)
    return TarEntry(name: name, kind: kind, offset: content, byteCount: byteCount)
  }

  /// The content of a header member, with its position stepped over.
  private mutating func extended(_ offset: UInt64, _ count: UInt64) throws(DatasetError) -> [UInt8] {
    guard count <= UInt64(limits.extendedHeaderBytes) else {
      throw .limitExceeded(
        path: source.path, what: "bytes in an extended header", limit: limits.extendedHeaderBytes)
    }
    let bytes = try source.read(at: offset, count: Int(count), orEndOf: "an extended header")
    position = Self.padded(offset + count)
    return bytes
  }

  /// Both the unsigned sum and the signed one of early implementations are accepted.
  private func checkSum(of block: [UInt8], at offset: UInt64) throws(DatasetError) {
    var unsigned: Int64 = 0
    var signed: Int64 = 0
    for (index, byte) in block.enumerated() {
      let value = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
      unsigned += Int64(value)
      signed += Int64(Int8(bitPattern: value))
    }
    guard let stored = Self.number(block[148..<156]), stored == unsigned || Int64(clamping: stored) == signed else {
      throw damage(at: offset, "no tar header (its checksum is wrong)")
    }
  }

  private func damage(at offset: UInt64, _ reason: String) -> DatasetError {
    .damagedArchive(path: source.path, offset: offset, reason: reason)
  }

  /// Octal digits between blanks, or big-endian base 256 where the first bit is set (GNU).
  private static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      var value: UInt64 = 0
      for byte in field.dropFirst() {
        guard value >> 55 == 0 else { return nil }
        value = value << 8 | UInt64(byte)
      }
      return value
    }
    let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    var value: UInt64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), value >> 60 == 0 else { return nil }
      value = value << 3 | UInt64(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// The name field, with ustar's prefix before it.
  private static func name(in block: [UInt8]) -> String {
    let name = String(decoding: block[0..<100].prefix { $0 != 0 }, as: UTF8.self)
    // GNU archives have "ustar  " here and other things in the prefix field.
    guard block[257..<263].elementsEqual("ustar\0".utf8), block[345] != 0 else { return name }
    return String(decoding: block[345..<500].prefix { $0 != 0 }, as: UTF8.self) + "/" + name
  }

  /// Rounded up to whole blocks. The caller has checked the offset against a file's size, far below overflow.
  private static func padded(_ offset: UInt64) -> UInt64 {
    (offset + 511) & ~511
  }
}

extension ByteSource {
  /// As `read`, with a message that says what is cut short.
  fileprivate func read(at offset: UInt64, count: Int, orEndOf what: String) throws(DatasetError) -> [UInt8] {
    guard offset <= byteCount, UInt64(count) <= byteCount - offset else {
      throw .damagedArchive(path: path, offset: offset, reason: "the archive ends at \(byteCount), inside \(what)")
    }
    return try read(at: offset, count: count)
  }
}
