/// EXIF data with an orientation tag among others.
enum Exif {
  static func tiff(orientation: Int, littleEndian: Bool, type: Int = 3) -> [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] {
      let big = (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return littleEndian ? big.reversed() : big
    }
    var bytes: [UInt8] = littleEndian ? [0x49, 0x49] : [0x4D, 0x4D]
    bytes += number(42, 2) + number(8, 4) + number(2, 2)
    bytes += number(0x010F, 2) + number(2, 2) + number(4, 4) + [0x63, 0x61, 0x6D, 0]  // Make "cam".
    let value = type == 3 ? number(orientation, 2) + [0, 0] : number(orientation, 4)
    bytes += number(0x0112, 2) + number(type, 2) + number(1, 4) + value
    return bytes + number(0, 4)
  }

  /// The JPEG file with an APP1 segment after its start.
  static func insert(_ tiff: [UInt8], intoJPEG bytes: [UInt8]) -> [UInt8] {
    let payload = Array("Exif".utf8) + [0, 0] + tiff
    let length = payload.count + 2
    return Array(bytes[..<2]) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + payload + Array(bytes[2...])
  }
}
