/// Bytes that can be read at any offset.
package protocol ByteSource: Sendable {
  /// The name for messages.
  var path: String { get }
  /// How many bytes there are.
  var byteCount: UInt64 { get }
  /// Exactly `count` bytes from `offset`, or `DatasetError.damagedArchive` where the source ends before.
  func read(at offset: UInt64, count: Int) throws(DatasetError) -> [UInt8]
}
