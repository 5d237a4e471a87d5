import CPlatform

/// A regular file that several threads read at offsets of their own, without a shared position.
package final class RandomAccessFile: ByteSource {
  package let path: String
  package let byteCount: UInt64
  private let descriptor: Int32

  /// Opens a regular file; pipes and devices are refused, because reading them may never end.
  package init(path: String) throws(DatasetError) {
    var descriptor: Int32 = -1
    var size: UInt64 = 0
    let code = ep_open_regular(path, &descriptor, &size)
    guard code == 0 else { throw FileSystem.readError(code, path: path) }
    self.path = path
    self.byteCount = size
    self.descriptor = descriptor
  }

  deinit {
    ep_close(descriptor)
  }

  package func read(at offset: UInt64, count: Int) throws(DatasetError) -> [UInt8] {
    guard count >= 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
      throw .damagedArchive(path: path, offset: byteCount, reason: "the file ends here, and more is needed")
    }
    var result: Int64 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
        result = ep_read_at(descriptor, rest.baseAddress, rest.count, offset + UInt64(filled))
        if result <= 0 { return }
        filled += Int(result)
      }
    }
    if result < 0 { throw .unreadable(path: path, reason: FileSystem.errorText(Int32(-result))) }
    guard bytes.count == count else {
      throw .damagedArchive(
        path: path, offset: offset + UInt64(bytes.count), reason: "the file became shorter while it was read")
    }
    return bytes
  }
}
