/// A plan that the board holds, by the number that it gave it.
package struct PlanNumber: Hashable, Sendable {
  package let value: UInt32

  package init(_ value: UInt32) { self.value = value }

  package init(payload: [UInt8]) throws(MessageError) {
    var reader = PayloadReader(payload)
    value = try reader.uint32()
    try reader.end()
  }

  package var payload: [UInt8] {
    var writer = PayloadWriter()
    writer.add(value)
    return writer.bytes
  }
}
