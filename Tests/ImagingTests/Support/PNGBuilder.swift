/// Writes PNG files of every kind, right and wrong ones, straight from the format's specification and without a
/// compressor: an oracle that shares nothing with libpng.
struct PNGBuilder {
  /// IHDR's colour types.
  enum ColorType: UInt8, CaseIterable {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgba = 6

    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    var depths: [Int] {
      switch self {
      case .gray: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .grayAlpha, .rgba: [8, 16]
      }
    }
  }

  var width: Int
  var height: Int
  var colorType: ColorType
  var depth: Int
  var isInterlaced = false
  /// Samples in reading order, each in 0..<2^depth.
  var samples: [UInt16]
  var palette: [UInt8] = []
  var transparency: [UInt8] = []
  /// Chunks between IHDR and the rest.
  var ancillary: [(name: String, content: [UInt8])] = []

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  var bytes: [UInt8] {
    var file = Self.signature + Self.chunk("IHDR", header)
    for (name, content) in ancillary { file += Self.chunk(name, content) }
    if colorType == .palette { file += Self.chunk("PLTE", palette) }
    if !transparency.isEmpty { file += Self.chunk("tRNS", transparency) }
    // In two pieces, as writers with small buffers do.
    let stream = Self.stored(scanlines)
    file += Self.chunk("IDAT", Array(stream[..<(stream.count / 2)]))
    file += Self.chunk("IDAT", Array(stream[(stream.count / 2)...]))
    return file + Self.chunk("IEND", [])
  }

  private var header: [UInt8] {
    Self.number(width) + Self.number(height) + [UInt8(depth), colorType.rawValue, 0, 0, isInterlaced ? 1 : 0]
  }

  static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return number(content.count) + body + number(Int(CRC32.of(body)))
  }

  static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// A zlib stream of stored blocks.
  static func stored(_ content: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = content[...]
    repeat {
      let block = rest.prefix(65535)
      rest = rest.dropFirst(block.count)
      let length = UInt16(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      for value in [length, ~length] { stream += [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
      stream += block
    } while !rest.isEmpty
    var a = 1
    var b = 0
    for byte in content {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    return stream + number(b << 16 | a)
  }

  /// Adam7's passes as (first column, first row, column step, row step).
  private static let passes = [
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
  ]

  private var scanlines: [UInt8] {
    var lines: [UInt8] = []
    for (x0, y0, dx, dy) in isInterlaced ? Self.passes : [(0, 0, 1, 1)] where x0 < width && y0 < height {
      for y in stride(from: y0, to: height, by: dy) {
        lines.append(0)  // No filter.
        lines += packed(stride(from: x0, to: width, by: dx).map { (y * width + $0) * colorType.channels })
      }
    }
    return lines
  }

  /// The pixels that begin at the given samples, packed to bytes.
  private func packed(_ starts: [Int]) -> [UInt8] {
    let values = starts.flatMap { samples[$0..<$0 + colorType.channels] }
    if depth == 16 { return values.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] } }
    var bytes: [UInt8] = []
    let perByte = 8 / depth
    for first in stride(from: 0, to: values.count, by: perByte) {
      var byte: UInt8 = 0
      for index in 0..<perByte {
        let value = first + index < values.count ? UInt8(values[first + index]) : 0
        byte |= value << UInt8(8 - depth * (index + 1))
      }
      bytes.append(byte)
    }
    return bytes
  }
}
