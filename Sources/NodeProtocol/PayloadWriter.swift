/// Puts numbers and texts one behind the other, as `PayloadReader` takes them apart.
///
///     var writer = PayloadWriter()
///     writer.add(UInt32(2))
///     writer.add("resnet20")
package struct PayloadWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func add(_ value: UInt32) { addBytes(of: value) }
  package mutating func add(_ value: UInt64) { addBytes(of: value) }
  package mutating func add(_ value: Double) { addBytes(of: value.bitPattern) }

  /// The count, then the values.
  package mutating func add(_ values: [Double]) {
    add(UInt64(values.count))
    for value in values { add(value) }
  }

  /// The count of bytes, then the text in UTF-8.
  package mutating func add(_ text: String) {
    add(UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  private mutating func addBytes<Value: FixedWidthInteger>(of value: Value) {
    for shift in stride(from: 0, to: Value.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}
