import CImageCodecs

/// Turns the bytes of a JPEG or PNG file into an upright RGB picture.
///
/// - JPEG: baseline, progressive, arithmetic; grey, YCbCr, RGB, CMYK and YCCK (inks are inverted, as Photoshop writes
///   them and every reader expects); 8 bits a sample. A file that ends early is an error; damage that libjpeg can decode
///   past is not, as in Pillow.
/// - PNG: all colour types, depths and interlacing. Of 16-bit samples the upper eight bits count. Transparency (alpha or
///   tRNS) is composited over `background` in the samples' own space, rounded to the nearest. Gamma and colour profiles
///   are not applied: networks are trained on raw samples.
/// - EXIF orientation is applied while rows are written, without a second copy of the picture.
///
/// Samples equal those of Pillow's `Image.open(file).convert("RGB")` wherever Pillow itself keeps the picture's colours.
package struct ImageDecoder: Sendable {
  package var limits: ImageLimits
  /// What shows through transparent pixels.
  package var background: RGBColor
  /// Allows big JPEGs to be decoded at 1/2, 1/4 or 1/8 of their size (several times faster) as long as their shorter
  /// side keeps at least this many pixels; `nil` decodes at full size.
  package var minimumShortSide: Int?

  package init(
    limits: ImageLimits = .standard, background: RGBColor = .white, minimumShortSide: Int? = nil
  ) {
    self.limits = limits
    self.background = background
    self.minimumShortSide = minimumShortSide
  }

  /// Decodes one picture. The bytes are only read during the call.
  package func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
    guard let format = ImageFormat(sniffing: bytes), let start = bytes.baseAddress else { throw .unknownFormat }
    let text = MessageBuffer()
    var decoder: OpaquePointer?
    var stored = ei_size()
    let status = open(format, start.assumingMemoryBound(to: UInt8.self), bytes.count, &decoder, &stored, text)
    if let error = Self.error(status, format, text) { throw error }
    defer { ei_decoder_close(decoder) }

    let orientation = OrientationReader.orientation(of: bytes, format: format)
    let (width, height) =
      orientation.swapsAxes ? (Int(stored.height), Int(stored.width)) : (Int(stored.width), Int(stored.height))
    return try RGBImage(width: width, height: height) { (pixels) throws(ImageError) in
      guard let base = pixels.baseAddress else { return }
      let strides = orientation.strides(width: width, height: height)
      let destination = ei_destination(
        origin: base + strides.offset, pixel_stride: strides.pixel, row_stride: strides.row)
      let status = ei_decoder_read(decoder, destination, text.base, text.count)
      if let error = Self.error(status, format, text) { throw error }
    }
  }

  /// Decodes one picture.
  package func decode(_ bytes: [UInt8]) throws(ImageError) -> RGBImage {
    let result = bytes.withUnsafeBytes { bytes -> Result<RGBImage, ImageError> in
      do throws(ImageError) { return .success(try decode(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  private func open(
    _ format: ImageFormat, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ decoder: inout OpaquePointer?,
    _ size: inout ei_size, _ text: borrowing MessageBuffer
  ) -> ei_status {
    var limits = ei_limits(
      dimension: UInt32(clamping: limits.dimension), pixels: UInt64(clamping: limits.pixels),
      decoder_bytes: UInt64(clamping: limits.decoderBytes), scans: UInt32(clamping: limits.scans),
      scan_pixels: UInt64(clamping: limits.scanPixels))
    switch format {
    case .jpeg:
      let side = UInt32(clamping: minimumShortSide ?? 0)
      return ei_jpeg_open(bytes, count, &limits, side, &decoder, &size, text.base, text.count)
    case .png:
      let color = [background.red, background.green, background.blue]
      return ei_png_open(bytes, count, &limits, color, &decoder, &size, text.base, text.count)
    }
  }

  private static func error(
    _ status: ei_status, _ format: ImageFormat, _ text: borrowing MessageBuffer
  ) -> ImageError? {
    switch status {
    case .ok: nil
    case .malformed: .malformed(format, reason: text.string)
    case .truncated: .truncated(format)
    case .unsupported: .unsupported(format, reason: text.string)
    case .tooLarge: .tooLarge(reason: text.string)
    case .outOfMemory: .outOfMemory
    }
  }
}
