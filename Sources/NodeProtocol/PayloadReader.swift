/// Takes a message's payload apart. Every read is checked: the bytes came over a wire.
package struct PayloadReader {
  private let bytes: [UInt8]
  private var offset = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package mutating func uint32() throws(MessageError) -> UInt32 { UInt32(truncatingIfNeeded: try integer(4)) }
  package mutating func uint64() throws(MessageError) -> UInt64 { try integer(8) }
  package mutating func double() throws(MessageError) -> Double { Double(bitPattern: try integer(8)) }

  /// As `PayloadWriter` writes them.
  package mutating func doubles() throws(MessageError) -> [Double] {
    let count = try self.count(of: 8)
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try double()) }
    return values
  }

  /// As `PayloadWriter` writes it; what is not UTF-8 is replaced.
  package mutating func text() throws(MessageError) -> String {
    let count = try self.count(of: 1)
    defer { offset += count }
    return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
  }

  /// Throws where something is left.
  package func end() throws(MessageError) {
    guard offset == bytes.count else {
      throw .malformed(reason: "\(bytes.count - offset) bytes more than a message of its kind has")
    }
  }

  /// A count of elements, no more than there are bytes left for.
  private mutating func count(of size: Int) throws(MessageError) -> Int {
    let count = try uint64()
    guard count <= UInt64((bytes.count - offset) / size) else { throw PayloadReader.short }
    return Int(count)
  }

  private mutating func integer(_ size: Int) throws(MessageError) -> UInt64 {
    guard bytes.count - offset >= size else { throw PayloadReader.short }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    offset += size
    return value
  }

  private static var short: MessageError { .malformed(reason: "a message shorter than its kind needs") }
}
