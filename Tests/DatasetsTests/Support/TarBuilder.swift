/// Writes tar archives of every dialect, right and wrong ones.
struct TarBuilder {
  private(set) var bytes: [UInt8] = []

  /// Adds a member; `size` overrides the size field's bytes.
  mutating func add(
    _ name: String, _ content: [UInt8] = [], type: Character = "0", prefix: String = "", size: [UInt8]? = nil,
    magic: String = "ustar\0" + "00"
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: some Collection<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { block[offset + index] = byte }
    }
    put(name.utf8.prefix(100), at: 0)
    put("0000644\0".utf8, at: 100)
    put(size ?? Array(Self.octal(content.count, digits: 11).utf8), at: 124)
    put("00000000000\0".utf8, at: 136)
    put("        ".utf8, at: 148)
    put(String(type).utf8, at: 156)
    put(magic.utf8, at: 257)
    put(prefix.utf8.prefix(155), at: 345)
    let sum = block.reduce(0) { $0 + Int($1) }
    put((Self.octal(sum, digits: 6) + "\0 ").utf8, at: 148)
    bytes += block + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  /// Adds a pax extended header for the next member.
  mutating func addPax(_ records: [(String, String)], type: Character = "x") {
    var content: [UInt8] = []
    for (key, value) in records {
      let tail = " \(key)=\(value)\n"
      var length = tail.utf8.count + 1
      while String(length).utf8.count + tail.utf8.count != length { length += 1 }
      content += Array("\(length)\(tail)".utf8)
    }
    add("pax", content, type: type)
  }

  mutating func end() {
    bytes += [UInt8](repeating: 0, count: 1024)
  }

  static func octal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
