/// How a picture becomes a network's input: resize, crop in the centre, then for each channel
/// `(sample / divisor - mean) / standardDeviation`.
///
/// With `rounding` `torchvision` the result has the same bits as torchvision's transforms on Pillow pictures (`Resize`,
/// `CenterCrop`, `ToTensor`, `Normalize`).
package struct Preprocessing: Equatable, Sendable {
  package var resize: ResizeRule
  package var interpolation: Interpolation
  /// What is cut from the centre after resizing; `nil` keeps everything. Where a picture is smaller than the crop, black
  /// pixels surround it, as in torchvision.
  package var crop: PixelSize?
  package var rounding: FrameRounding
  package var channels: ChannelOrder
  /// What samples (0...255) are divided by first.
  package var divisor: Float
  /// Subtracted after division, in the order of `channels`.
  package var mean: SIMD3<Float>
  /// What the difference is divided by, in the order of `channels`.
  package var standardDeviation: SIMD3<Float>
  /// What shows through transparent pixels; used by `decoder(limits:)`.
  package var background: RGBColor

  package init(
    resize: ResizeRule = .none, interpolation: Interpolation = .bilinear, crop: PixelSize? = nil,
    rounding: FrameRounding = .torchvision, channels: ChannelOrder = .rgb, divisor: Float = 1,
    mean: SIMD3<Float> = SIMD3(repeating: 0),
    standardDeviation: SIMD3<Float> = SIMD3(repeating: 1), background: RGBColor = .white
  ) {
    self.resize = resize
    self.interpolation = interpolation
    self.crop = crop
    self.rounding = rounding
    self.channels = channels
    self.divisor = divisor
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.background = background
  }

  /// The size of every prepared picture; `nil` where it depends on the picture.
  package var outputSize: PixelSize? {
    if let crop { return crop }
    if case .exact(let size) = resize { return size }
    return nil
  }

  /// The size of one prepared picture.
  package func outputSize(for size: PixelSize) -> PixelSize {
    crop ?? resize.target(for: size, rounding: rounding)
  }

  /// A decoder for pictures that will be prepared like this. Big photographs are decoded at a fraction of their size,
  /// but never below twice the size that they are resized to, so that the antialiasing filter still does its work.
  package func decoder(limits: ImageLimits = .standard) -> ImageDecoder {
    let side: Int? =
      switch resize {
      case .none: nil
      case .shortSide(let short): short * 2
      case .exact(let size): max(size.width, size.height) * 2
      }
    return ImageDecoder(limits: limits, background: background, minimumShortSide: side)
  }

  /// Resizes and crops, without normalising.
  package func prepare(_ image: RGBImage) throws(ImageError) -> RGBImage {
    let resized = resize.target(for: image.size, rounding: rounding)
    let wanted = crop ?? resized
    let region = PixelRect(
      x: rounding.start(of: wanted.width, in: resized.width), y: rounding.start(of: wanted.height, in: resized.height),
      width: wanted.width, height: wanted.height)
    let inside = region.clipped(to: resized)
    let part = try image.resized(to: resized, region: inside, interpolation: interpolation)
    if inside == region { return part }
    return try part.framed(in: wanted, x: inside.x - region.x, y: inside.y - region.y)
  }

  /// Prepares a picture and writes it as floats.
  ///
  /// Throws `invalidOperation` where the prepared picture has another size than the layout or `output` is too small for
  /// the layout, and what resizing throws.
  package func apply(
    _ image: RGBImage, into output: UnsafeMutableBufferPointer<Float>, layout: TensorLayout
  ) throws(ImageError) {
    let prepared = try prepare(image)
    guard prepared.width == layout.width, prepared.height == layout.height else {
      throw .invalidOperation(
        reason: "preprocessing makes pictures of \(prepared.width) x \(prepared.height) pixels, but the network takes "
          + "\(layout.width) x \(layout.height): set resize and crop")
    }
    guard let extent = layout.extent, extent <= output.count, let out = output.baseAddress else {
      throw .invalidOperation(
        reason: "a tensor of \(output.count) numbers has no room for a picture of \(layout.width) x \(layout.height)")
    }
    let table = normalizationTable()
    prepared.withPixels { pixels in
      table.withUnsafeBufferPointer { table in
        guard let pixels = pixels.baseAddress, let table = table.baseAddress else { return }
        for channel in 0..<3 {
          // Channels one by one: each is then a plain gather, and NCHW is written in order.
          let values = table + channel * 256
          let sample = channels == .rgb ? channel : 2 - channel
          for y in 0..<layout.height {
            var from = pixels + y * prepared.rowBytes + sample
            var to = out + y * layout.rowStride + channel * layout.channelStride
            for _ in 0..<layout.width {
              to.pointee = values[Int(from.pointee)]
              from += 3
              to += layout.pixelStride
            }
          }
        }
      }
    }
  }

  /// The normalised value of each sample value of each channel, in single precision like torchvision: 256 numbers a
  /// channel, in the order of `channels`.
  package func normalizationTable() -> [Float] {
    var table: [Float] = []
    table.reserveCapacity(3 * 256)
    for channel in 0..<3 {
      for sample in 0..<256 {
        table.append(normalized(Float(sample), channel: channel))
      }
    }
    return table
  }

  /// The normalised value of a sample, which need not be whole. `channel` counts in the order of `channels`.
  package func normalized(_ sample: Float, channel: Int) -> Float {
    (sample / divisor - mean[channel]) / standardDeviation[channel]
  }
}
