import Imaging
import TestSupport

extension RGBImage {
  /// All samples.
  var samples: [UInt8] { withPixels { Array($0) } }

  var checksum: UInt32 { withPixels { CRC32.of(UnsafeRawBufferPointer($0)) } }

  init(width: Int, height: Int, samples: [UInt8]) throws(ImageError) {
    try self.init(width: width, height: height) { (pixels) throws(ImageError) in
      _ = pixels.initialize(fromContentsOf: samples)
    }
  }

  /// Noise, the hardest picture to get right: no error hides in a flat area.
  static func noise(width: Int, height: Int, seed: UInt64) throws(ImageError) -> RGBImage {
    var random = SeededRandom(seed: seed)
    return try RGBImage(width: width, height: height, samples: random.bytes(width * height * 3))
  }

  /// Soft waves of colour, which JPEG keeps well.
  static func waves(width: Int, height: Int) throws(ImageError) -> RGBImage {
    var samples: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        samples += [UInt8(127 + (x * 96 / width)), UInt8(40 + (y * 160 / height)), UInt8(90 + (x + y) % 64)]
      }
    }
    return try RGBImage(width: width, height: height, samples: samples)
  }
}
