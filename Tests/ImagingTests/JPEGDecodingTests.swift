import CJPEG
import Imaging
import TestSupport
import Testing

/// JPEGs of every kind, written by libjpeg.
struct JPEGDecodingTests {
  static func waves(width: Int = 61, height: Int = 45) throws -> JPEGBuilder {
    try JPEGBuilder(width: width, height: height, samples: RGBImage.waves(width: width, height: height).samples)
  }

  /// Root of the mean squared difference.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Double {
    let sum = zip(a, b).reduce(into: 0) { $0 += (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
    return (Double(sum) / Double(max(a.count, 1))).squareRoot()
  }

  @Test("baseline is close to the original") func baseline() throws {
    for sampling: (Int32, Int32) in [(1, 1), (2, 1), (2, 2), (1, 2), (4, 1)] {
      var jpeg = try Self.waves()
      jpeg.sampling = sampling
      let image = try ImageDecoder().decode(jpeg.bytes)
      #expect(image.size == PixelSize(width: 61, height: 45))
      #expect(Self.distance(image.samples, jpeg.samples) < 8)
    }
  }

  /// Entropy coding is lossless: the same coefficients must give the same picture.
  @Test("progressive, arithmetic and restart markers make no difference", arguments: [1, 3, 4])
  func entropyCoding(components: Int) throws {
    var jpeg = JPEGBuilder(width: 67, height: 39, samples: [], components: components)
    var random = SeededRandom(seed: 4)
    jpeg.samples = random.bytes(67 * 39 * components)
    jpeg.storedAs = components == 4 ? JCS_YCCK : JCS_YCbCr
    if components > 1 { jpeg.sampling = (2, 2) }
    let baseline = try ImageDecoder().decode(jpeg.bytes).samples
    for (progressive, arithmetic, restart) in [
      (true, false, 0), (false, true, 0), (true, true, 0), (false, false, 2), (true, false, 3), (false, true, 1),
    ] {
      var other = jpeg
      other.isProgressive = progressive
      other.isArithmetic = arithmetic
      other.restartInterval = UInt32(restart)
      #expect(other.bytes != jpeg.bytes)
      #expect(try ImageDecoder().decode(other.bytes).samples == baseline)
    }
  }

  @Test("grey") func gray() throws {
    var jpeg = JPEGBuilder(width: 24, height: 16, samples: [], components: 1)
    jpeg.quality = 100
    for y in 0..<16 {
      for x in 0..<24 { jpeg.samples.append(UInt8(x / 8 * 90 + y / 8 * 37)) }
    }
    let image = try ImageDecoder().decode(jpeg.bytes)
    #expect(image.samples == jpeg.samples.flatMap { [$0, $0, $0] })
  }

  /// Flat blocks survive the transform exactly, and stored RGB and CMYK are not converted.
  static func blocks(components: Int) -> JPEGBuilder {
    var random = SeededRandom(seed: 8)
    let colors = (0..<12).map { _ in random.bytes(components) }
    var jpeg = JPEGBuilder(width: 32, height: 24, samples: [], components: components)
    jpeg.quality = 100
    for y in 0..<24 {
      for x in 0..<32 { jpeg.samples += colors[y / 8 * 4 + x / 8] }
    }
    return jpeg
  }

  @Test("stored RGB") func rgb() throws {
    var jpeg = Self.blocks(components: 3)
    jpeg.storedAs = JCS_RGB
    #expect(try ImageDecoder().decode(jpeg.bytes).samples == jpeg.samples)
  }

  /// Inverted inks on white paper: each colour is what its ink and black let through.
  static func printed(_ inks: [UInt8]) -> [UInt8] {
    stride(from: 0, to: inks.count, by: 4).flatMap { index -> [UInt8] in
      let black = Int(inks[index + 3])
      return inks[index..<index + 3].map { ink in
        let absorbed = (2 * (255 - Int(ink)) * black + 255) / 510
        return UInt8(black - absorbed)
      }
    }
  }

  @Test("CMYK") func cmyk() throws {
    var jpeg = Self.blocks(components: 4)
    jpeg.storedAs = JCS_CMYK
    #expect(try ImageDecoder().decode(jpeg.bytes).samples == Self.printed(jpeg.samples))
  }

  @Test("YCCK") func ycck() throws {
    var jpeg = Self.blocks(components: 4)
    jpeg.storedAs = JCS_YCCK
    let samples = try ImageDecoder().decode(jpeg.bytes).samples
    let worst = zip(samples, Self.printed(jpeg.samples)).map { abs(Int($0) - Int($1)) }.max()
    #expect(worst ?? 255 <= 2)
  }

  @Test("two components are refused") func twoComponents() throws {
    let jpeg = JPEGBuilder(width: 8, height: 8, samples: [UInt8](repeating: 9, count: 128), components: 2)
    #expect(throws: ImageError.unsupported(.jpeg, reason: "a JPEG with 2 components; 1, 3 and 4 are supported")) {
      try ImageDecoder().decode(jpeg.bytes)
    }
  }

  @Test("twelve bits and lossless frames are refused") func otherProcesses() throws {
    let bytes = try Self.waves().bytes
    let frame = try #require(JPEGBuilder.position(of: 0xC0...0xC0, in: bytes))
    var changed = bytes
    changed[frame + 4] = 12
    #expect(throws: ImageError.unsupported(.jpeg, reason: "a JPEG with 12 bits a sample; 8 are supported: convert it"))
    {
      try ImageDecoder().decode(changed)
    }
    changed = bytes
    changed[frame + 1] = 0xC3
    #expect { try ImageDecoder().decode(changed) } throws: { error in
      if case .unsupported(.jpeg, _)? = error as? ImageError { true } else { false }
    }
  }

  @Test("a file that ends before its picture does is refused, wherever it ends", arguments: [false, true])
  func truncation(progressive: Bool) throws {
    var jpeg = try Self.waves(width: 33, height: 20)
    jpeg.isProgressive = progressive
    let bytes = jpeg.bytes
    for count in 0..<bytes.count - 3 {
      #expect(throws: count < 3 ? ImageError.unknownFormat : .truncated(.jpeg)) {
        try ImageDecoder().decode(Array(bytes[..<count]))
      }
    }
  }

  @Test("bytes after the picture change nothing") func trailingBytes() throws {
    let bytes = try Self.waves().bytes
    #expect(try ImageDecoder().decode(bytes + [1, 2, 3]).samples == ImageDecoder().decode(bytes).samples)
  }

  @Test("camera frames without Huffman tables use the standard's") func noHuffmanTables() throws {
    let bytes = try Self.waves().bytes
    var stripped = bytes
    while let table = JPEGBuilder.position(of: 0xC4...0xC4, in: stripped) {
      stripped.removeSubrange(table..<table + 2 + Int(stripped[table + 2]) << 8 + Int(stripped[table + 3]))
    }
    #expect(stripped.count < bytes.count)
    #expect(try ImageDecoder().decode(stripped).samples == ImageDecoder().decode(bytes).samples)
  }

  @Test("reduced decoding keeps the short side") func reduction() throws {
    let jpeg = try Self.waves(width: 203, height: 161)
    let bytes = jpeg.bytes
    let whole = try ImageDecoder().decode(bytes)
    for (minimum, width, height) in [
      (162, 203, 161), (161, 203, 161), (82, 203, 161), (81, 102, 81), (42, 102, 81), (41, 51, 41), (22, 51, 41),
      (21, 26, 21), (1, 26, 21), (0, 203, 161), (-5, 203, 161), (.max, 203, 161),
    ] {
      let image = try ImageDecoder(minimumShortSide: minimum).decode(bytes)
      #expect(image.size == PixelSize(width: width, height: height))
      #expect(try Self.distance(image.samples, whole.resized(width: width, height: height).samples) < 10)
    }
  }
}
