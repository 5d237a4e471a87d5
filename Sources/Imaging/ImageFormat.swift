/// The file formats that are read and written.
package enum ImageFormat: Equatable, Sendable {
  case jpeg
  case png

  /// The name that people use.
  package var name: String {
    switch self {
    case .jpeg: "JPEG"
    case .png: "PNG"
    }
  }

  /// Recognises a format by its first bytes; `nil` for anything else. File names are not asked: cameras and web sites
  /// give wrong ones.
  package init?(sniffing bytes: UnsafeRawBufferPointer) {
    if bytes.count >= 3, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[2] == 0xFF {
      self = .jpeg
    } else if bytes.count >= 8, bytes.loadUnaligned(as: UInt64.self).bigEndian == 0x8950_4E47_0D0A_1A0A {
      self = .png
    } else {
      return nil
    }
  }
}
