/// Resizes pictures: first along rows, then along columns, with samples rounded to 8 bits in between, as Pillow does it
/// and to the same bits. Only the pixels of the wanted part of the result are computed.
///
/// This is the one file of the module that does arithmetic on unchecked pointers: it is most of the time that a picture
/// takes between decoder and network.
enum Resampler {
  /// The part `region` of `image` resized to `target`.
  ///
  /// `target` is at least 1 x 1 and `region` lies within it and is not empty.
  /// Time: proportional to the part of `image` under `region` plus `region`'s area times the filter's width.
  static func resample(
    _ image: RGBImage, to target: PixelSize, region: PixelRect, interpolation: Interpolation
  ) throws(ImageError) -> RGBImage {
    if target == image.size { return try image.cropped(to: region) }
    if interpolation == .nearest { return try pickNearest(image, to: target, region: region) }

    let columns = FilterWeights(
      source: image.width, target: target.width, stretch: region.x..<region.x + region.width,
      interpolation: interpolation)
    let rows = FilterWeights(
      source: image.height, target: target.height, stretch: region.y..<region.y + region.height,
      interpolation: interpolation)
    let needed = rows.sourceRange

    // An axis that keeps its size passes through unchanged: its weights would be exactly one.
    if target.height == image.height {
      return try resampleRows(image, needed, columns, width: region.width)
    }
    if target.width == image.width {
      let part = try image.cropped(to: PixelRect(x: region.x, y: 0, width: region.width, height: image.height))
      return try resampleColumns(part, firstRow: 0, rows, height: region.height)
    }
    let narrowed = try resampleRows(image, needed, columns, width: region.width)
    return try resampleColumns(narrowed, firstRow: needed.lowerBound, rows, height: region.height)
  }

  /// Every needed row of `image`, resampled along x.
  private static func resampleRows(
    _ image: RGBImage, _ needed: Range<Int>, _ filter: FilterWeights, width: Int
  ) throws(ImageError) -> RGBImage {
    try RGBImage(width: width, height: needed.count) { (pixels) throws(ImageError) in
      image.withPixels { source in
        filter.starts.withUnsafeBufferPointer { starts in
          filter.counts.withUnsafeBufferPointer { counts in
            filter.weights.withUnsafeBufferPointer { weights in
              guard
                let source = source.baseAddress, let out = pixels.baseAddress, let starts = starts.baseAddress,
                let counts = counts.baseAddress, let weights = weights.baseAddress
              else { return }
              for y in 0..<needed.count {
                resampleRow(
                  source + (needed.lowerBound + y) * image.rowBytes, into: out + y * width * 3, width: width,
                  starts, counts, weights, capacity: filter.capacity)
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func resampleRow(
    _ source: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<UInt8>, width: Int,
    _ starts: UnsafePointer<Int32>, _ counts: UnsafePointer<Int32>, _ weights: UnsafePointer<Int32>, capacity: Int
  ) {
    let half: Int32 = 1 << (FilterWeights.precision - 1)
    for x in 0..<width {
      var pixel = source + Int(starts[x]) &* 3
      let weight = weights + x &* capacity
      let count = Int(counts[x])
      var red = half
      var green = half
      var blue = half
      for tap in 0..<count {
        let factor = weight[tap]
        red &+= Int32(truncatingIfNeeded: pixel[0]) &* factor
        green &+= Int32(truncatingIfNeeded: pixel[1]) &* factor
        blue &+= Int32(truncatingIfNeeded: pixel[2]) &* factor
        pixel += 3
      }
      let target = out + x &* 3
      target[0] = sample(red)
      target[1] = sample(green)
      target[2] = sample(blue)
    }
  }

  /// `height` rows, each a weighted sum of rows of `image`, whose first row is row `firstRow` of the original.
  private static func resampleColumns(
    _ image: RGBImage, firstRow: Int, _ filter: FilterWeights, height: Int
  ) throws(ImageError) -> RGBImage {
    let count = image.rowBytes
    var sums = [Int32](repeating: 0, count: count)
    return try RGBImage(width: image.width, height: height) { (pixels) throws(ImageError) in
      image.withPixels { source in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let source = source.baseAddress, let out = pixels.baseAddress, let sums = sums.baseAddress else {
            return
          }
          for y in 0..<height {
            for x in 0..<count { sums[x] = 1 << (FilterWeights.precision - 1) }
            var row = source + (Int(filter.starts[y]) - firstRow) * count
            for tap in 0..<Int(filter.counts[y]) {
              let factor = filter.weights[y * filter.capacity + tap]
              for x in 0..<count { sums[x] &+= Int32(truncatingIfNeeded: row[x]) &* factor }
              row += count
            }
            let target = out + y * count
            for x in 0..<count { target[x] = sample(sums[x]) }
          }
        }
      }
    }
  }

  /// Fixed point to a sample: bicubic weights overshoot.
  @inline(__always)
  private static func sample(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> FilterWeights.precision)))
  }

  private static func pickNearest(
    _ image: RGBImage, to target: PixelSize, region: PixelRect
  ) throws(ImageError) -> RGBImage {
    let columns = nearest(source: image.width, target: target.width, region.x..<region.x + region.width)
    let rows = nearest(source: image.height, target: target.height, region.y..<region.y + region.height)
    return try RGBImage(width: region.width, height: region.height) { (pixels) throws(ImageError) in
      image.withPixels { source in
        guard let source = source.baseAddress, var out = pixels.baseAddress else { return }
        for row in rows {
          let line = source + row * image.rowBytes
          for column in columns {
            let pixel = line + column * 3
            out[0] = pixel[0]
            out[1] = pixel[1]
            out[2] = pixel[2]
            out += 3
          }
        }
      }
    }
  }

  /// The original pixel under the centre of each output pixel. Positions are summed up, not multiplied, because Pillow
  /// does so and the last bit decides ties.
  private static func nearest(source: Int, target: Int, _ stretch: Range<Int>) -> [Int] {
    let scale = Double(source) / Double(target)
    var position = scale * 0.5
    var indices: [Int] = []
    indices.reserveCapacity(stretch.count)
    for pixel in 0..<stretch.upperBound {
      if pixel >= stretch.lowerBound { indices.append(min(Int(position), source - 1)) }
      position += scale
    }
    return indices
  }
}
