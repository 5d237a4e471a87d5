/// What the computer says first (`hello`).
package struct Greeting: Equatable, Sendable {
  /// `MessageHeader.protocolVersion` of the computer.
  package let version: UInt32

  package init(version: UInt32 = MessageHeader.protocolVersion) { self.version = version }

  package init(payload: [UInt8]) throws(MessageError) {
    var reader = PayloadReader(payload)
    version = try reader.uint32()
  }

  package var payload: [UInt8] {
    var writer = PayloadWriter()
    writer.add(version)
    return writer.bytes
  }
}
