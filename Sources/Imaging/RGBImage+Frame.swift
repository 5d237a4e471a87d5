extension RGBImage {
  /// The picture on a black one of the given size, its upper left corner at (`x`, `y`). It must fit.
  func framed(in size: PixelSize, x: Int, y: Int) throws(ImageError) -> RGBImage {
    guard x >= 0, y >= 0, width <= size.width - x, height <= size.height - y else {
      throw .invalidOperation(
        reason: "a picture of \(width) x \(height) at (\(x), \(y)) does not fit into \(size.width) x \(size.height)")
    }
    return try RGBImage(width: size.width, height: size.height) { (pixels) throws(ImageError) in
      pixels.initialize(repeating: 0)
      guard let out = pixels.baseAddress else { return }
      withPixels { source in
        guard let base = source.baseAddress else { return }
        for row in 0..<height {
          (out + ((y + row) * size.width + x) * 3).update(from: base + row * rowBytes, count: rowBytes)
        }
      }
    }
  }
}
