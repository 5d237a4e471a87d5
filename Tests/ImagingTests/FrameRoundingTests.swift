import Imaging
import Testing

struct FrameRoundingTests {
  @Test(
    "the longer side",
    arguments: [
      (PixelSize(width: 500, height: 375), 256, 341, 341), (PixelSize(width: 375, height: 499), 256, 340, 341),
      (PixelSize(width: 4, height: 6), 3, 4, 4), (PixelSize(width: 4, height: 10), 3, 7, 8),
      (PixelSize(width: 7, height: 7), 5, 5, 5),
      (PixelSize(width: 65_500, height: 1), 16_384, 1_073_152_000, 1_073_152_000),
    ])
  func longSide(size: PixelSize, short: Int, down: Int, nearest: Int) {
    for (rounding, long) in [(FrameRounding.torchvision, down), (.nearest, nearest)] {
      let target = ResizeRule.shortSide(short).target(for: size, rounding: rounding)
      #expect(max(target.width, target.height) == long)
      #expect(min(target.width, target.height) == short)
    }
  }

  /// Of a row of numbered pixels, the first that is left.
  @Test(
    "where crops begin",
    arguments: [
      (9, 4, 2, 2), (11, 4, 4, 3), (10, 4, 3, 3), (9, 9, 0, 0), (9, 8, 0, 0), (11, 8, 2, 1),
    ])
  func start(width: Int, crop: Int, torchvision: Int, nearest: Int) throws {
    let image = try RGBImage(width: width, height: 1, samples: (0..<width * 3).map { UInt8($0 / 3) })
    for (rounding, first) in [(FrameRounding.torchvision, torchvision), (.nearest, nearest)] {
      let description = Preprocessing(crop: PixelSize(width: crop, height: 1), rounding: rounding)
      #expect(try description.prepare(image).samples.first == UInt8(first))
    }
  }
}
