/// What a picture may ask for before it is refused. Headers are checked before memory is taken.
package struct ImageLimits: Equatable, Sendable {
  /// Largest width or height in pixels.
  package var dimension: Int
  /// Largest width x height as the header states it.
  package var pixels: Int
  /// Bytes that a decoder may take beside the picture that it makes (3 bytes a pixel). Only JPEGs of several scans need
  /// more than a few rows: up to 6 bytes a pixel.
  package var decoderBytes: Int
  /// Largest number of scans of a progressive JPEG; ten are usual.
  package var scans: Int
  /// Largest scans x pixels, which bounds the time that a small file can cost.
  package var scanPixels: Int

  /// 100 million pixels, 65,500 a side (JPEG's own limit), 512 MiB.
  package static let standard = ImageLimits(
    dimension: 65_500, pixels: 100_000_000, decoderBytes: 512 << 20, scans: 256, scanPixels: 2_000_000_000)

  package init(dimension: Int, pixels: Int, decoderBytes: Int, scans: Int, scanPixels: Int) {
    self.dimension = dimension
    self.pixels = pixels
    self.decoderBytes = decoderBytes
    self.scans = scans
    self.scanPixels = scanPixels
  }
}
