import Imaging
import TestSupport
import Testing

struct ResizeTests {
  struct Expectation: CustomTestStringConvertible {
    var line: Substring
    var testDescription: String { String(line) }
    static let all = Expectations.resizes.split(separator: "\n").map(Expectation.init)
  }

  @Test("gives Pillow's samples to the bit", arguments: Expectation.all)
  func likePillow(_ expected: Expectation) throws {
    let words = expected.line.split(separator: " ")
    let numbers = try words[..<5].map { try #require(Int($0)) }
    let interpolation = try #require(Interpolation(rawValue: String(words[5])))
    let image = try RGBImage.noise(width: numbers[1], height: numbers[2], seed: UInt64(numbers[0]))
    let resized = try image.resized(width: numbers[3], height: numbers[4], interpolation: interpolation)
    #expect(resized.size == PixelSize(width: numbers[3], height: numbers[4]))
    #expect(String(resized.checksum, radix: 16) == String(words[6].drop { $0 == "0" }))
  }

  @Test("a part is what it is in the whole", arguments: Interpolation.allCases)
  func region(interpolation: Interpolation) throws {
    var random = SeededRandom(seed: 21)
    for _ in 0..<60 {
      let image = try RGBImage.noise(width: 1 + random.below(50), height: 1 + random.below(50), seed: random.next())
      let target = PixelSize(width: 1 + random.below(60), height: 1 + random.below(60))
      let x = random.below(target.width)
      let y = random.below(target.height)
      let rect = PixelRect(
        x: x, y: y, width: 1 + random.below(target.width - x), height: 1 + random.below(target.height - y))
      let whole = try image.resized(width: target.width, height: target.height, interpolation: interpolation)
      let part = try image.resized(to: target, region: rect, interpolation: interpolation)
      #expect(try part.samples == whole.cropped(to: rect).samples)
    }
  }

  @Test("a strip is cropped without being stored in whole") func strip() throws {
    let image = try RGBImage.noise(width: 20_000, height: 1, seed: 1)
    let rule = ResizeRule.shortSide(256)
    #expect(rule.target(for: image.size, rounding: .nearest) == PixelSize(width: 5_120_000, height: 256))
    let preset = PreprocessingPreset.imagenet.preprocessing(inputSize: PixelSize(square: 224))
    #expect(try preset.prepare(image).size == PixelSize(square: 224))
    #expect { try image.resized(width: 5_120_000, height: 256) } throws: { LimitTests.isTooLarge($0) }
  }

  @Test("impossible sizes and parts are refused") func impossible() throws {
    let image = try RGBImage.noise(width: 4, height: 3, seed: 1)
    for (width, height) in [(0, 1), (1, 0), (-1, 1), (.max, 1), (1 << 20, 1 << 20)] {
      #expect { try image.resized(width: width, height: height) } throws: { LimitTests.isTooLarge($0) }
    }
    for rect in [
      PixelRect(x: -1, y: 0, width: 1, height: 1), PixelRect(x: 0, y: 0, width: 5, height: 1),
      PixelRect(x: 0, y: 3, width: 1, height: 1), PixelRect(x: 0, y: 0, width: 0, height: 1),
      PixelRect(x: .max, y: 0, width: 1, height: 1), PixelRect(x: 0, y: 0, width: .max, height: .max),
    ] {
      #expect(throws: ImageError.self) { try image.cropped(to: rect) }
      #expect(throws: ImageError.self) {
        try image.resized(to: PixelSize(width: 4, height: 2), region: rect, interpolation: .bilinear)
      }
    }
  }
}
