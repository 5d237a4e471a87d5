import CPlatform
import Runtime

/// Bytes of a file or of standard input, read whole.
package final class FileContents {
  /// The bytes, valid as long as this object is.
  package let bytes: UnsafeRawBufferPointer

  /// Largest encoded picture, and largest text, that is read.
  package static let maximumBytes = 256 << 20

  /// Reads a file, or standard input where `path` is `-`.
  package init(path: String, limit: Int = FileContents.maximumBytes) throws(ClassificationError) {
    let descriptor = path == "-" ? 0 : ep_open_read(path)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemErrorText(-descriptor)) }
    defer { if descriptor != 0 { ep_close(descriptor) } }
    var start: UnsafeMutableRawPointer?
    var count = 0
    let error = ep_read_all(descriptor, limit, &start, &count)
    guard error == 0 else { throw .unreadable(path: path, reason: systemErrorText(error)) }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit { ep_free(UnsafeMutableRawPointer(mutating: bytes.baseAddress)) }

  /// The bytes as UTF-8; what is none becomes U+FFFD.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
