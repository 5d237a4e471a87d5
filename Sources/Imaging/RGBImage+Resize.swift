extension RGBImage {
  /// The picture at another size, antialiased like (and for `bilinear`, `bicubic` and `nearest` to the same bits as)
  /// Pillow's `Image.resize`.
  ///
  /// Throws `tooLarge` for a size below 1 or beyond `ImageLimits.standard`, and `outOfMemory`.
  package func resized(
    width: Int, height: Int, interpolation: Interpolation = .bilinear
  ) throws(ImageError) -> RGBImage {
    let target = PixelSize(width: width, height: height)
    return try resized(
      to: target, region: PixelRect(x: 0, y: 0, width: width, height: height), interpolation: interpolation)
  }

  /// The part `region` of the picture resized to `target`, without the work for the rest.
  ///
  /// Throws `invalidOperation` unless `region` lies within `target` and has pixels; `tooLarge`; `outOfMemory`.
  package func resized(
    to target: PixelSize, region: PixelRect, interpolation: Interpolation
  ) throws(ImageError) -> RGBImage {
    guard target.width > 0, target.height > 0, target.width <= Self.maximumSide, target.height <= Self.maximumSide
    else {
      throw .tooLarge(
        reason: "resizing \(width) x \(height) pixels to \(target.width) x \(target.height); a side may have from 1 to "
          + "\(Self.maximumSide)")
    }
    guard
      region.width > 0, region.height > 0, region.x >= 0, region.y >= 0, region.width <= target.width - region.x,
      region.height <= target.height - region.y
    else {
      throw .invalidOperation(
        reason:
          "a crop of \(region.width) x \(region.height) at (\(region.x), \(region.y)) reaches outside the picture "
          + "resized to \(target.width) x \(target.height)")
    }
    return try Resampler.resample(self, to: target, region: region, interpolation: interpolation)
  }

  /// The longest side that a picture may be resized to. A crop of a strip (65,500 x 1 to a short side of 256) passes
  /// through sizes far beyond what could be stored.
  private static let maximumSide = 1 << 30
}
