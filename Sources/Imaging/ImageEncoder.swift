import CImageCodecs

/// Writes pictures as files in memory.
package enum ImageEncoder {
  /// Baseline JPEG with halved colour resolution (4:2:0). `quality` is 1 to 100 on libjpeg's scale.
  package static func jpeg(_ image: RGBImage, quality: Int) throws(ImageError) -> [UInt8] {
    guard (1...100).contains(quality) else {
      throw .notEncodable(reason: "JPEG quality \(quality) is not within 1...100")
    }
    return try encode(image) { rgb, width, height, out, count, text in
      ei_jpeg_encode(rgb, width, height, Int32(quality), &out, &count, text.base, text.count)
    }
  }

  /// 8-bit RGB PNG, losslessly.
  package static func png(_ image: RGBImage) throws(ImageError) -> [UInt8] {
    try encode(image) { rgb, width, height, out, count, text in
      ei_png_encode(rgb, width, height, &out, &count, text.base, text.count)
    }
  }

  private static func encode(
    _ image: RGBImage,
    with codec: (
      UnsafePointer<UInt8>?, UInt32, UInt32, inout UnsafeMutablePointer<UInt8>?, inout Int, borrowing MessageBuffer
    ) -> ei_status
  ) throws(ImageError) -> [UInt8] {
    let text = MessageBuffer()
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = image.withPixels { pixels in
      codec(pixels.baseAddress, UInt32(image.width), UInt32(image.height), &bytes, &count, text)
    }
    switch status {
    case .ok: break
    case .outOfMemory: throw .outOfMemory
    case .malformed, .truncated, .unsupported, .tooLarge: throw .notEncodable(reason: text.string)
    }
    defer { ei_free(bytes) }
    return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
  }
}
