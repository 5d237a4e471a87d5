/// Finds the orientation tag in a picture's EXIF data: the first APP1 "Exif" segment before a JPEG's pixels, the eXIf
/// chunk of a PNG. Damaged or missing data means upright: a picture is not refused for its metadata.
///
/// Reads only what it needs, never follows more than one offset, and visits each byte of the file at most once.
enum OrientationReader {
  static func orientation(of bytes: UnsafeRawBufferPointer, format: ImageFormat) -> ImageOrientation {
    let found =
      switch format {
      case .jpeg: exifInJPEG(bytes)
      case .png: exifInPNG(bytes)
      }
    guard let exif = found else { return .upright }
    return orientation(inTIFF: UnsafeRawBufferPointer(rebasing: bytes[exif])) ?? .upright
  }

  private static func exifInJPEG(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    var position = 2
    while position + 4 <= bytes.count {
      guard bytes[position] == 0xFF else { return nil }
      let marker = bytes[position + 1]
      switch marker {
      case 0xFF:  // Fill byte.
        position += 1
        continue
      case 0x01, 0xD0...0xD8:  // Markers without a segment.
        position += 2
        continue
      case 0xD9, 0xDA:  // End of image, start of scan.
        return nil
      default: break
      }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return nil }
      let payload = position + 4
      if marker == 0xE1, length >= 8, isExifHeader(bytes, at: payload) {
        return payload + 6..<end
      }
      position = end
    }
    return nil
  }

  private static func isExifHeader(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
    // "Exif" and two zeros; some cameras write another second pad byte.
    bytes[start] == 0x45 && bytes[start + 1] == 0x78 && bytes[start + 2] == 0x69 && bytes[start + 3] == 0x66
      && bytes[start + 4] == 0
  }

  private static func exifInPNG(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    var position = 8
    while position + 12 <= bytes.count {
      let length = Int(bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self).bigEndian)
      guard length <= bytes.count - position - 12 else { return nil }
      let kind = bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self).bigEndian
      if kind == 0x6558_4966 { return position + 8..<position + 8 + length }  // "eXIf"
      position += 12 + length
    }
    return nil
  }

  /// The tag in the first directory of a TIFF structure; `nil` where there is none or it is no orientation.
  private static func orientation(inTIFF tiff: UnsafeRawBufferPointer) -> ImageOrientation? {
    guard tiff.count >= 8 else { return nil }
    let isLittleEndian: Bool
    switch (tiff[0], tiff[1]) {
    case (0x49, 0x49): isLittleEndian = true
    case (0x4D, 0x4D): isLittleEndian = false
    default: return nil
    }
    func short(_ offset: Int) -> Int {
      let value = tiff.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
      return Int(isLittleEndian ? value.littleEndian : value.bigEndian)
    }
    func long(_ offset: Int) -> Int {
      let value = tiff.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return Int(isLittleEndian ? value.littleEndian : value.bigEndian)
    }
    guard short(2) == 42 else { return nil }
    let directory = long(4)
    guard directory <= tiff.count - 2 else { return nil }
    for index in 0..<short(directory) {
      let entry = directory + 2 + index * 12
      guard entry + 12 <= tiff.count else { return nil }
      guard short(entry) == 0x0112 else { continue }
      let value =
        switch short(entry + 2) {
        case 3: short(entry + 8)  // SHORT, as the standard says.
        case 4: long(entry + 8)  // LONG, as some writers do.
        default: 0
        }
      return (1...8).contains(value) ? ImageOrientation(rawValue: UInt8(value)) : nil
    }
    return nil
  }
}
