import AllocationCounter
import CJPEG
import Imaging
import TestSupport
import Testing

/// Damaged files: an error or a picture, never a crash, a hang or memory beyond the limits.
struct MutationTests {
  static let mutationsPerFile = 500

  static let limits = ImageLimits(
    dimension: 4096, pixels: 200_000, decoderBytes: 2 << 20, scans: 40, scanPixels: 4_000_000)

  /// What a decode may ask the system for: the picture, the decoder's own memory, rows of the widest picture.
  static let bytesAllowed = 200_000 * 3 + 2 << 20 + 2 << 20

  static func jpegs() throws -> [[UInt8]] {
    let samples = try RGBImage.waves(width: 43, height: 29).samples
    var base = JPEGBuilder(width: 43, height: 29, samples: samples)
    base.sampling = (2, 2)
    base.quality = 60
    var progressive = base
    progressive.isProgressive = true
    var arithmetic = base
    arithmetic.isArithmetic = true
    arithmetic.restartInterval = 2
    var inks = JPEGDecodingTests.blocks(components: 4)
    inks.storedAs = JCS_YCCK
    inks.isProgressive = true
    inks.isArithmetic = true
    var gray = JPEGBuilder(width: 31, height: 17, samples: Array(samples[..<(31 * 17)]), components: 1)
    gray.restartInterval = 1
    return [
      Exif.insert(Exif.tiff(orientation: 6, littleEndian: true), intoJPEG: base.bytes), progressive.bytes,
      arithmetic.bytes, inks.bytes, gray.bytes,
    ]
  }

  static func pngs() throws -> [[UInt8]] {
    let kinds: [PNGDecodingTests.Kind] = [
      .init(colorType: .palette, depth: 4, hasTransparency: true, isInterlaced: true),
      .init(colorType: .rgba, depth: 16, hasTransparency: false, isInterlaced: false),
      .init(colorType: .gray, depth: 2, hasTransparency: true, isInterlaced: false),
      .init(colorType: .rgb, depth: 8, hasTransparency: true, isInterlaced: true),
    ]
    var files = kinds.enumerated().map { index, kind in
      var png = PNGDecodingTests.builder(kind, width: 21, height: 13, seed: UInt64(index))
      png.ancillary = [("eXIf", Exif.tiff(orientation: 8, littleEndian: false)), ("gAMA", [0, 0, 0x80, 0])]
      return png.bytes
    }
    files.append(try ImageEncoder.png(RGBImage.waves(width: 40, height: 25)))  // Compressed, unlike the others.
    return files
  }

  /// One to four changes: flipped bits, other bytes, cuts, repeats, pieces of other files.
  static func mutated(_ file: [UInt8], others: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = file
    for _ in 0...random.below(4) {
      if bytes.isEmpty { break }
      let position = random.below(bytes.count)
      switch random.below(8) {
      case 0, 1: bytes[position] ^= 1 << UInt8(random.below(8))
      case 2: bytes[position] = random.byte()
      case 3: bytes[position] = [0, 0xFF, 0x7F, 0x80, 0xDA, 0xC0, 0xC4, 1][random.below(8)]
      case 4: bytes.removeSubrange(position..<min(position + 1 + random.below(40), bytes.count))
      case 5: bytes.removeLast(bytes.count - position)
      case 6:
        let end = min(position + 1 + random.below(60), bytes.count)
        bytes.insert(contentsOf: bytes[position..<end], at: random.below(bytes.count))
      default:
        let other = others[random.below(others.count)]
        let start = random.below(other.count)
        let piece = other[start..<min(start + 1 + random.below(80), other.count)]
        bytes.replaceSubrange(position..<min(position + random.below(80), bytes.count), with: piece)
      }
    }
    return bytes
  }

  /// The PNG with right checksums, so that damage reaches the code behind them.
  static func resealed(_ file: [UInt8]) -> [UInt8] {
    var bytes = file
    var position = 8
    while position + 12 <= bytes.count {
      let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      guard position + 12 + length <= bytes.count else { break }
      let end = position + 8 + length
      bytes.replaceSubrange(end..<end + 4, with: PNGBuilder.number(Int(CRC32.of(Array(bytes[position + 4..<end])))))
      position = end + 4
    }
    return bytes
  }

  /// Decodes all; returns how many were decoded and how many refused.
  static func decodeAll(_ files: some Sequence<[UInt8]>) throws -> (decoded: Int, refused: Int) {
    var decoded = 0
    var refused = 0
    for (index, bytes) in files.enumerated() {
      let decoder = ImageDecoder(limits: limits, minimumShortSide: index % 3 == 0 ? 4 : nil)
      var outcome: Result<RGBImage, ImageError>?
      let allocated = AllocationCounter.measuring { counter in
        counter.bytes {
          do throws(ImageError) { outcome = .success(try decoder.decode(bytes)) } catch { outcome = .failure(error) }
        }
      }
      var smallest = 0
      switch try #require(outcome) {
      case .success(let image):
        decoded += 1
        smallest = image.width * image.height * 3
        #expect(image.width * image.height <= limits.pixels)
      case .failure(let error):
        refused += 1
        #expect(!error.message.isEmpty)
      }
      if AllocationCounter.isAvailable { #expect(try (smallest...bytesAllowed).contains(#require(allocated))) }
    }
    return (decoded, refused)
  }

  @Test("2,500 damaged JPEGs") func jpeg() throws {
    let files = try Self.jpegs()
    var random = SeededRandom(seed: 11)
    #expect(try Self.decodeAll(files).refused == 0)
    let (decoded, refused) = try Self.decodeAll(
      files.flatMap { file in (0..<Self.mutationsPerFile).map { _ in Self.mutated(file, others: files, &random) } })
    #expect(decoded + refused == 2_500)
    #expect(decoded > 100)
    #expect(refused > 500)
  }

  @Test("2,500 damaged PNGs, and as many with right checksums") func png() throws {
    let files = try Self.pngs()
    var random = SeededRandom(seed: 12)
    #expect(try Self.decodeAll(files).refused == 0)
    let damaged = files.flatMap { file in
      (0..<Self.mutationsPerFile).map { _ in Self.mutated(file, others: files, &random) }
    }
    let (decoded, refused) = try Self.decodeAll(damaged)
    #expect(decoded + refused == 2_500)
    #expect(refused > 1_000)
    let resealed = try Self.decodeAll(damaged.map(Self.resealed))
    #expect(resealed.decoded + resealed.refused == 2_500)
    #expect(resealed.decoded > decoded)
  }

  @Test("2,000 damaged preprocessing descriptions") func preprocessing() {
    var random = SeededRandom(seed: 13)
    let texts = PreprocessingPreset.allCases.map {
      Array(($0.preprocessing(inputSize: PixelSize(square: 224)).text + "# 1e5, -3\n").utf8)
    }
    var refused = 0
    for index in 0..<2_000 {
      let bytes = Self.mutated(texts[index % texts.count], others: texts, &random)
      do throws(ImageError) {
        let description = try Preprocessing(text: String(decoding: bytes, as: UTF8.self))
        #expect((description.outputSize?.width ?? 1) >= 1)
      } catch {
        refused += 1
        #expect(error.message.hasPrefix("preprocessing"))
      }
    }
    #expect((500...1_999).contains(refused))
  }
}
