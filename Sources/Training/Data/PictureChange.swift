import Datasets
import Imaging

/// What augmentation does to one picture, drawn from its random numbers.
struct PictureChange {
  /// From a pixel of the result to the one of the picture, before mirroring.
  let shift: (x: Int, y: Int)
  let isFlipped: Bool
  /// The middle of the square that is cut out, in the result.
  let cutoutCenter: (x: Int, y: Int)
  let brightness: Float
  let contrast: Float

  /// Draws the same numbers in the same order whichever steps are on, so that a step more leaves the others' results as
  /// they were.
  init(_ augmentation: Augmentation, frame: PixelSize, _ generator: inout SeededGenerator) {
    let crop = max(augmentation.crop, 0)
    let reach = Double(2 * crop + 1)
    shift = (Int(generator.unit() * reach) - crop, Int(generator.unit() * reach) - crop)
    isFlipped = generator.chance(augmentation.flip)
    cutoutCenter = (Int(generator.unit() * Double(frame.width)), Int(generator.unit() * Double(frame.height)))
    brightness = Float(1 + augmentation.brightness * (2 * generator.unit() - 1))
    contrast = Float(1 + augmentation.contrast * (2 * generator.unit() - 1))
  }
}
