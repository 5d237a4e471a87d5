import Runtime

/// The start of a checkpoint file. All numbers are little-endian.
///
/// Behind the header lies the directory (fingerprint, values, names and types of tensors with their checksums), behind
/// that the tensors' elements, each beginning at a multiple of 64 bytes.
struct CheckpointHeader: Equatable {
  /// "EDGECKPT".
  static let magic: UInt64 = 0x5450_4B43_4547_4445
  static let version = 1
  static let byteCount = 64
  /// Where tensors begin: at multiples of this.
  static let alignment = 64

  var version = UInt32(CheckpointHeader.version)
  var fileBytes: UInt64 = 0
  var directoryBytes: UInt64 = 0
  /// XXH64 of the header, with this field taken as zero, and the directory.
  var checksum: UInt64 = 0

  /// The next place where a tensor may begin.
  static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }

  /// The header's bytes.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for word in [CheckpointHeader.magic, UInt64(version), fileBytes, directoryBytes, checksum] {
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
    bytes.append(contentsOf: repeatElement(0, count: CheckpointHeader.byteCount - bytes.count))
    return bytes
  }

  /// The checksum that a header before this directory has.
  func expectedChecksum(_ directory: some Sequence<UInt8>) -> UInt64 {
    var copy = self
    copy.checksum = 0
    return (copy.bytes + directory).withUnsafeBytes { xxh64($0) }
  }
}
