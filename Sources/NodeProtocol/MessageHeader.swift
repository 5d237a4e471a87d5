/// What every message begins with: 16 bytes, numbers in little-endian order.
package struct MessageHeader: Equatable, Sendable {
  package let kind: MessageKind
  /// Bytes that follow.
  package let byteCount: Int

  /// "edge", as it lies in the bytes: tells messages from what a login script prints.
  package static let magic: UInt32 = 0x6567_6465
  package static let size = 16
  /// No message is longer: damaged headers must not lead to giant allocations.
  package static let maximumBytes = 2 << 30
  /// Version of everything in this module. Computer and board have to agree.
  package static let protocolVersion: UInt32 = 1

  package init(_ kind: MessageKind, byteCount: Int) {
    self.kind = kind
    self.byteCount = byteCount
  }

  /// - Parameter bytes: `size` of them.
  package init(_ bytes: [UInt8]) throws(MessageError) {
    var reader = PayloadReader(bytes)
    guard try reader.uint32() == MessageHeader.magic else { throw .foreign(bytes) }
    let (kind, count) = (try reader.uint32(), try reader.uint64())
    guard let known = MessageKind(rawValue: kind) else {
      throw .malformed(reason: "message \(kind) is not known: computer and board run different versions")
    }
    guard count <= MessageHeader.maximumBytes else { throw .malformed(reason: "a message of \(count) bytes") }
    self.init(known, byteCount: Int(count))
  }

  package var bytes: [UInt8] {
    var writer = PayloadWriter()
    writer.add(MessageHeader.magic)
    writer.add(kind.rawValue)
    writer.add(UInt64(byteCount))
    return writer.bytes
  }
}
