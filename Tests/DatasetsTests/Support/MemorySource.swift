import Datasets

/// Bytes in memory, read like a file.
struct MemorySource: ByteSource {
  let path = "memory.tar"
  let bytes: [UInt8]
  var byteCount: UInt64 { UInt64(bytes.count) }

  func read(at offset: UInt64, count: Int) throws(DatasetError) -> [UInt8] {
    guard count >= 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
      throw .damagedArchive(path: path, offset: byteCount, reason: "past the end")
    }
    return Array(bytes[Int(offset)..<(Int(offset) + count)])
  }
}
