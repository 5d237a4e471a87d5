import CPlatform

/// A picture: rows from top to bottom without gaps, three 8-bit samples red, green, blue a pixel.
///
/// Its pixels never change after `init`, so copies share them and threads may read them at once.
package struct RGBImage: Sendable {
  package let width: Int
  package let height: Int
  private let storage: PixelStorage

  /// Bytes in one row.
  package var rowBytes: Int { width * 3 }
  package var size: PixelSize { PixelSize(width: width, height: height) }

  /// Makes a picture whose pixels `fill` writes: all `width * height * 3` bytes, which are not initialised before.
  ///
  /// Throws `tooLarge` for sizes below 1 or beyond `ImageLimits.standard.pixels`, `outOfMemory`, and what `fill` throws.
  package init(
    width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) throws(ImageError) -> Void
  ) throws(ImageError) {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, pixels <= ImageLimits.standard.pixels else {
      throw .tooLarge(reason: "a picture of \(width) x \(height) pixels; from 1 to 100 million are possible")
    }
    guard let storage = PixelStorage(count: pixels * 3) else { throw .outOfMemory }
    try fill(storage.bytes)
    self.width = width
    self.height = height
    self.storage = storage
  }

  /// Lets `body` read all samples, row by row. The pointer is valid only within `body`.
  package func withPixels<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(storage.bytes))
  }

  /// The part of the picture inside `rect`, copied.
  ///
  /// Throws `invalidOperation` unless `rect` lies within the picture.
  package func cropped(to rect: PixelRect) throws(ImageError) -> RGBImage {
    guard
      rect.x >= 0, rect.y >= 0, rect.width > 0, rect.height > 0, rect.width <= width, rect.height <= height,
      rect.x <= width - rect.width, rect.y <= height - rect.height
    else {
      throw .invalidOperation(
        reason: "a crop of \(rect.width) x \(rect.height) at (\(rect.x), \(rect.y)) reaches outside the picture of "
          + "\(width) x \(height)")
    }
    return try RGBImage(width: rect.width, height: rect.height) { (pixels) throws(ImageError) in
      guard let out = pixels.baseAddress else { return }
      withPixels { source in
        guard let base = source.baseAddress else { return }
        for y in 0..<rect.height {
          let row = base + (rect.y + y) * rowBytes + rect.x * 3
          (out + y * rect.width * 3).update(from: row, count: rect.width * 3)
        }
      }
    }
  }
}

/// Owns the samples of an `RGBImage`. They are written only before the picture is handed out, hence `Sendable`.
private final class PixelStorage: @unchecked Sendable {
  let bytes: UnsafeMutableBufferPointer<UInt8>

  init?(count: Int) {
    guard let base = ep_allocate(count) else { return nil }
    bytes = UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
  }

  deinit { ep_free(bytes.baseAddress) }
}
