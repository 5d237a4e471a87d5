import AllocationCounter
import Imaging
import Testing

/// Pictures that ask for too much.
struct LimitTests {
  static func header(width: Int, height: Int) -> [UInt8] {
    let content = PNGBuilder.number(width) + PNGBuilder.number(height) + [8, 2, 0, 0, 0]
    return PNGBuilder.signature + PNGBuilder.chunk("IHDR", content)
      + PNGBuilder.chunk("IDAT", PNGBuilder.stored([0, 1, 2, 3]))
  }

  static func isTooLarge(_ error: any Error) -> Bool {
    if case .tooLarge(let reason)? = error as? ImageError { !reason.isEmpty } else { false }
  }

  @Test("a header that promises 60,000 x 60,000 pixels is refused") func huge() throws {
    let jpeg = JPEGBuilder.resized(try JPEGDecodingTests.waves().bytes, width: 60_000, height: 60_000)
    let reason = "the header promises 60000 x 60000 pixels; at most 100000000 are allowed"
    for bytes in [jpeg, Self.header(width: 60_000, height: 60_000)] {
      let allocated = AllocationCounter.measuring { counter in
        counter.bytes {
          #expect(throws: ImageError.tooLarge(reason: reason)) { try ImageDecoder().decode(bytes) }
          #expect(throws: ImageError.tooLarge(reason: reason)) {
            try ImageDecoder(minimumShortSide: 10).decode(bytes)
          }
        }
      }
      if AllocationCounter.isAvailable { #expect(try #require(allocated) < 1 << 20) }
    }
  }

  @Test("sides and areas at and beyond the limits", arguments: [false, true])
  func boundaries(isJPEG: Bool) throws {
    func file(_ width: Int, _ height: Int) throws -> [UInt8] {
      isJPEG
        ? JPEGBuilder.resized(try JPEGDecodingTests.waves().bytes, width: width, height: height)
        : Self.header(width: width, height: height)
    }
    var limits = ImageLimits.standard
    limits.dimension = 1000
    limits.pixels = 60_000
    let decoder = ImageDecoder(limits: limits)
    for (width, height) in [(1001, 1), (1, 1001), (245, 245), (1000, 61), (65_500, 65_500)] {
      let bytes = try file(width, height)
      #expect("\(width) x \(height)") { try decoder.decode(bytes) } throws: { Self.isTooLarge($0) }
    }
    for (width, height) in [(1000, 60), (60, 1000), (244, 245)] {
      // Within the limits. There are too few pixels, of which libjpeg makes what it can.
      let bytes = try file(width, height)
      do {
        let image = try decoder.decode(bytes)
        #expect(isJPEG)
        #expect(image.size == PixelSize(width: width, height: height))
      } catch {
        #expect(!Self.isTooLarge(error))
      }
    }
  }

  @Test("PNG sides beyond 2^31 are refused") func beyond31Bits() throws {
    for side in [1 << 31 - 1, 1 << 31, 1 << 32 - 1] {
      #expect(throws: ImageError.self) { try ImageDecoder().decode(Self.header(width: side, height: 1)) }
      #expect(throws: ImageError.self) { try ImageDecoder().decode(Self.header(width: side, height: side)) }
    }
  }

  @Test("a progressive picture that needs more memory than allowed is refused") func memory() throws {
    var jpeg = try JPEGDecodingTests.waves()
    jpeg.isProgressive = true
    let bytes = JPEGBuilder.resized(jpeg.bytes, width: 4000, height: 3000)
    var limits = ImageLimits.standard
    limits.decoderBytes = 10 << 20
    #expect(throws: ImageError.tooLarge(reason: "decoding it would take more memory than allowed")) {
      try ImageDecoder(limits: limits).decode(bytes)
    }
    #expect(try ImageDecoder(limits: limits).decode(jpeg.bytes).width == 61)
  }

  @Test("a picture of endless scans is refused") func scans() throws {
    var jpeg = try JPEGDecodingTests.waves(width: 40, height: 40)
    jpeg.isProgressive = true
    let bytes = jpeg.bytes
    // The last scan, which refines, again and again. Files end with their end marker.
    let last = try #require((0..<bytes.count - 1).last { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    let scan = Array(bytes[last..<bytes.count - 2])
    func repeated(_ count: Int) -> [UInt8] {
      Array(bytes[..<last]) + (0..<count).flatMap { _ in scan } + bytes.suffix(2)
    }
    #expect(throws: Never.self) { try ImageDecoder().decode(repeated(100)) }
    #expect { try ImageDecoder().decode(repeated(300)) } throws: { Self.isTooLarge($0) }
    var limits = ImageLimits.standard
    limits.scanPixels = 40 * 40 * 50
    #expect { try ImageDecoder(limits: limits).decode(repeated(100)) } throws: { Self.isTooLarge($0) }
    #expect(throws: Never.self) { try ImageDecoder(limits: limits).decode(bytes) }
  }

  @Test("impossible pictures cannot be made") func impossibleSizes() {
    for (width, height) in [(0, 1), (1, 0), (-1, 5), (.max, 2), (.max, .max), (100_001, 1000), (.min, .min)] {
      #expect { try RGBImage(width: width, height: height) { _ in } } throws: { Self.isTooLarge($0) }
    }
  }

  @Test("other formats are named as such") func otherFormats() {
    for bytes: [UInt8] in [
      [], [0xFF], [0xFF, 0xD8], Array("GIF89a".utf8), Array("P6 1 1 255 abc".utf8), [0x89, 0x50],
    ] {
      #expect(throws: ImageError.unknownFormat) { try ImageDecoder().decode(bytes) }
    }
  }
}
