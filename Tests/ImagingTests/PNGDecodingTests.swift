import Imaging
import TestSupport
import Testing

/// Every legal kind of PNG, written by `PNGBuilder`, against what the specification says its pixels are.
struct PNGDecodingTests {
  struct Kind: CustomTestStringConvertible {
    var colorType: PNGBuilder.ColorType
    var depth: Int
    var hasTransparency: Bool
    var isInterlaced: Bool
    var testDescription: String {
      "\(colorType) \(depth) bit\(hasTransparency ? " tRNS" : "")\(isInterlaced ? " interlaced" : "")"
    }

    static let all: [Kind] = PNGBuilder.ColorType.allCases.flatMap { type in
      type.depths.flatMap { depth in
        [false, true].flatMap { transparent in
          [false, true].compactMap { interlaced in
            // Pictures with alpha have no tRNS.
            if transparent && (type == .rgba || type == .grayAlpha) { return nil }
            return Kind(colorType: type, depth: depth, hasTransparency: transparent, isInterlaced: interlaced)
          }
        }
      }
    }
  }

  static let sizes = [(1, 1), (2, 3), (5, 5), (9, 8), (17, 4), (3, 33)]

  static func builder(_ kind: Kind, width: Int, height: Int, seed: UInt64) -> PNGBuilder {
    var random = SeededRandom(seed: seed)
    let limit = 1 << kind.depth
    let samples = (0..<width * height * kind.colorType.channels).map { _ in UInt16(random.below(limit)) }
    var builder = PNGBuilder(
      width: width, height: height, colorType: kind.colorType, depth: kind.depth, isInterlaced: kind.isInterlaced,
      samples: samples)
    if kind.colorType == .palette { builder.palette = random.bytes(3 * limit) }
    guard kind.hasTransparency else { return builder }
    switch kind.colorType {
    case .palette: builder.transparency = random.bytes(max(limit - 1, 1))  // The last colour is opaque.
    case .gray, .rgb:
      // The colour of the last pixel is the transparent one.
      let key = samples.suffix(kind.colorType.channels)
      builder.transparency = key.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    case .grayAlpha, .rgba: break
    }
    return builder
  }

  /// The picture's samples by the specification's words.
  static func expected(_ png: PNGBuilder, background: [UInt8]) -> [UInt8] {
    func byte(_ sample: UInt16) -> Int {
      png.depth == 16 ? Int(sample >> 8) : Int(sample) * 255 / ((1 << png.depth) - 1)
    }
    let channels = png.colorType.channels
    return (0..<png.width * png.height).flatMap { index -> [UInt8] in
      let raw = Array(png.samples[index * channels..<(index + 1) * channels])
      var color: [Int]
      var alpha = 255
      switch png.colorType {
      case .gray, .grayAlpha: color = Array(repeating: byte(raw[0]), count: 3)
      case .rgb, .rgba: color = raw[..<3].map(byte)
      case .palette:
        let entry = Int(raw[0])
        color = png.palette[entry * 3..<entry * 3 + 3].map(Int.init)
        if entry < png.transparency.count { alpha = Int(png.transparency[entry]) }
      }
      switch png.colorType {
      case .grayAlpha, .rgba: alpha = byte(raw[channels - 1])
      case .gray, .rgb:
        let key = raw.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        if key == png.transparency { alpha = 0 }
      case .palette: break
      }
      return zip(color, background).map { UInt8((2 * ($0 * alpha + Int($1) * (255 - alpha)) + 255) / 510) }
    }
  }

  @Test("is decoded as the specification says", arguments: Kind.all)
  func decodes(_ kind: Kind) throws {
    for (index, (width, height)) in Self.sizes.enumerated() {
      let png = Self.builder(kind, width: width, height: height, seed: UInt64(index))
      for background in [RGBColor.white, RGBColor(red: 10, green: 130, blue: 201)] {
        let image = try ImageDecoder(background: background).decode(png.bytes)
        #expect(image.size == PixelSize(width: width, height: height))
        #expect(
          image.samples
            == Self.expected(png, background: [background.red, background.green, background.blue]))
      }
    }
  }

  @Test("ancillary chunks, even damaged or huge ones, change nothing") func ancillaryChunks() throws {
    let kind = Kind(colorType: .rgb, depth: 8, hasTransparency: false, isInterlaced: false)
    var png = Self.builder(kind, width: 6, height: 5, seed: 1)
    let plain = try ImageDecoder().decode(png.bytes).samples
    png.ancillary = [
      ("gAMA", [0, 0, 0x27, 0x10]), ("cHRM", [1, 2, 3]), ("iCCP", [UInt8](repeating: 7, count: 300_000)),
      ("tEXt", []), ("prVt", [1, 2, 3]), ("zTXt", [UInt8](repeating: 0, count: 2_000_000)), ("sBIT", [9, 9, 9]),
    ]
    #expect(try ImageDecoder().decode(png.bytes).samples == plain)
    var bytes = png.bytes
    bytes[45] ^= 1  // Inside gAMA, whose checksum is wrong now.
    #expect(try ImageDecoder().decode(bytes).samples == plain)
  }

  @Test("an index beyond the palette is black") func indexBeyondPalette() throws {
    let png = PNGBuilder(
      width: 3, height: 1, colorType: .palette, depth: 4, samples: [0, 1, 15], palette: [9, 8, 7, 6, 5, 4])
    #expect(try ImageDecoder().decode(png.bytes).samples == [9, 8, 7, 6, 5, 4, 0, 0, 0])
  }

  @Test("a file that ends before its pixels do is refused, wherever it ends") func truncation() throws {
    for interlaced in [false, true] {
      let kind = Kind(colorType: .rgba, depth: 16, hasTransparency: false, isInterlaced: interlaced)
      let bytes = Self.builder(kind, width: 7, height: 6, seed: 3).bytes
      let end = bytes.count - 12 - 8  // Without IEND, and without the pixels' checksum and last byte.
      for count in 0..<end {
        #expect(throws: count < 8 ? ImageError.unknownFormat : .truncated(.png)) {
          try ImageDecoder().decode(Array(bytes[..<count]))
        }
      }
    }
  }

  @Test("malformed files are refused") func malformed() throws {
    let kind = Kind(colorType: .palette, depth: 2, hasTransparency: true, isInterlaced: false)
    let png = Self.builder(kind, width: 5, height: 4, seed: 5)
    func refused(_ bytes: [UInt8], _ comment: Comment) {
      #expect(comment) { try ImageDecoder().decode(bytes) } throws: { error in
        if case .malformed(.png, let reason)? = error as? ImageError { !reason.isEmpty } else { false }
      }
    }
    var wrong = png
    wrong.palette = []
    refused(wrong.bytes, "no palette")
    wrong = png
    wrong.depth = 3
    wrong.samples = []
    wrong.height = 0
    refused(wrong.bytes, "depth 3")
    var bytes = png.bytes
    bytes[29] ^= 0x40
    refused(bytes, "header checksum")
    bytes = png.bytes
    bytes[bytes.count - 12 - 6] ^= 1
    refused(bytes, "pixel checksum")
    refused(
      PNGBuilder.signature + PNGBuilder.chunk("IHDR", [0, 0, 0, 0, 0, 0, 0, 1, 8, 2, 0, 0, 0])
        + PNGBuilder.chunk("IDAT", PNGBuilder.stored([])), "no width")
    refused(
      PNGBuilder.signature + PNGBuilder.chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
        + PNGBuilder.chunk("IDAT", [1, 2, 3, 4]) + PNGBuilder.chunk("IEND", []), "no zlib stream")
    refused(
      PNGBuilder.signature + PNGBuilder.chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
        + PNGBuilder.chunk("IEND", []), "no pixels")
  }
}
