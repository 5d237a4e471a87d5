import Imaging
import Testing

struct EncoderTests {
  @Test("PNG keeps every sample") func png() throws {
    for (width, height) in [(1, 1), (3, 7), (64, 33), (300, 200)] {
      let image = try RGBImage.noise(width: width, height: height, seed: UInt64(width))
      let bytes = try ImageEncoder.png(image)
      #expect(try ImageDecoder().decode(bytes).samples == image.samples)
    }
  }

  @Test("JPEG is close, and closer and bigger with quality") func jpeg() throws {
    let image = try RGBImage.waves(width: 150, height: 90)
    var last = (distance: Double.infinity, count: 0)
    for quality in [1, 20, 60, 95, 100] {
      let bytes = try ImageEncoder.jpeg(image, quality: quality)
      let distance = try JPEGDecodingTests.distance(ImageDecoder().decode(bytes).samples, image.samples)
      #expect(distance < last.distance)
      #expect(bytes.count > last.count)
      last = (distance, bytes.count)
    }
    #expect(last.distance < 4)
  }

  @Test("what cannot be written is an error") func errors() throws {
    let image = try RGBImage.noise(width: 2, height: 2, seed: 1)
    for quality in [0, 101, -1] {
      #expect(throws: ImageError.self) { try ImageEncoder.jpeg(image, quality: quality) }
    }
    let long = try RGBImage(width: 65_501, height: 1) { $0.initialize(repeating: 0) }
    #expect { try ImageEncoder.jpeg(long, quality: 80) } throws: { error in
      if case .notEncodable? = error as? ImageError { true } else { false }
    }
    #expect(try ImageEncoder.png(long).count > 100)
  }
}
