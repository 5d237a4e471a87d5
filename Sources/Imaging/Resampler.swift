/// Resizes pictures along one axis and then the other, with samples rounded to 8 bits in between, as Pillow 13 does it and
/// to the same bits. Only the pixels of the wanted part of the result are computed.
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

    // An axis that keeps its size passes through unchanged: its weights would be exactly one.
    if target.height == image.height {
      return try narrow(image, rows: region.y..<region.y + region.height, columns)
    }
    if target.width == image.width {
      return try flatten(image, columns: region.x..<region.x + region.width, rows)
    }
    // The order shows in the last bit. Pillow starts with the columns where many more rows than columns go away.
    let lostRows = image.height - target.height
    let lostColumns = image.width - target.width
    if lostRows > 0, lostRows > 2 * lostColumns {
      let needed = columns.sourceRange
      return try narrow(
        flatten(image, columns: needed, rows), rows: 0..<region.height, columns, firstColumn: needed.lowerBound)
    }
    let needed = rows.sourceRange
    return try flatten(
      narrow(image, rows: needed, columns), columns: 0..<region.width, rows, firstRow: needed.lowerBound)
  }

  /// Some rows of `image`, resampled along x. `firstColumn` is the original's column that `image` begins with.
  private static func narrow(
    _ image: RGBImage, rows: Range<Int>, _ filter: FilterWeights, firstColumn: Int = 0
  ) throws(ImageError) -> RGBImage {
    let width = filter.starts.count
    return try RGBImage(width: width, height: rows.count) { (pixels) throws(ImageError) in
      image.withPixels { source in
        filter.starts.withUnsafeBufferPointer { starts in
          filter.counts.withUnsafeBufferPointer { counts in
            filter.weights.withUnsafeBufferPointer { weights in
              guard
                let source = source.baseAddress, let out = pixels.baseAddress, let starts = starts.baseAddress,
                let counts = counts.baseAddress, let weights = weights.baseAddress
              else { return }
              for y in 0..<rows.count {
                resampleRow(
                  source + (rows.lowerBound + y) * image.rowBytes - firstColumn * 3, into: out + y * width * 3,
                  width: width, starts, counts, weights, capacity: filter.capacity)
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

  /// Some columns of `image`, resampled along y. `firstRow` is the original's row that `image` begins with.
  private static func flatten(
    _ image: RGBImage, columns: Range<Int>, _ filter: FilterWeights, firstRow: Int = 0
  ) throws(ImageError) -> RGBImage {
    let height = filter.starts.count
    let count = columns.count * 3
    var sums = [Int32](repeating: 0, count: count)
    return try RGBImage(width: columns.count, height: height) { (pixels) throws(ImageError) in
      image.withPixels { source in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let source = source.baseAddress, let out = pixels.baseAddress, let sums = sums.baseAddress else {
            return
          }
          for y in 0..<height {
            // Row by row over all columns at once, so that the inner loops run over neighbours and vectorise.
            for x in 0..<count { sums[x] = 1 << (FilterWeights.precision - 1) }
            var row = source + (Int(filter.starts[y]) - firstRow) * image.rowBytes + columns.lowerBound * 3
            for tap in 0..<Int(filter.counts[y]) {
              let factor = filter.weights[y * filter.capacity + tap]
              for x in 0..<count { sums[x] &+= Int32(truncatingIfNeeded: row[x]) &* factor }
              row += image.rowBytes
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
