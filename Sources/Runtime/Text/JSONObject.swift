/// Writes one JSON object, member by member in the order of calls, on one line.
///
/// For programs on the board, which have no Foundation. Numbers that JSON cannot express become `null`.
package struct JSONObject: Sendable {
  private var members = ""

  package init() {}

  /// The object as text.
  package var text: String { "{" + members + "}" }

  package mutating func set(_ key: StaticString, _ value: String) { add(key, JSONObject.quoted(value)) }
  package mutating func set(_ key: StaticString, _ value: Int) { add(key, "\(value)") }
  package mutating func set(_ key: StaticString, _ value: UInt64) { add(key, "\(value)") }
  package mutating func set(_ key: StaticString, _ value: Bool) { add(key, value ? "true" : "false") }
  package mutating func set(_ key: StaticString, _ value: Float) { add(key, value.isFinite ? "\(value)" : "null") }
  package mutating func set(_ key: StaticString, _ value: Double) { add(key, value.isFinite ? "\(value)" : "null") }
  package mutating func set(_ key: StaticString, _ value: JSONObject) { add(key, value.text) }
  package mutating func set(_ key: StaticString, _ values: [JSONObject]) { add(key, JSONObject.array(values)) }

  package mutating func set(_ key: StaticString, _ values: [String]) {
    add(key, "[" + values.map { JSONObject.quoted($0) }.joined(separator: ", ") + "]")
  }

  /// A duration in milliseconds, to the microsecond.
  package mutating func set(_ key: StaticString, milliseconds nanoseconds: UInt64) {
    add(key, "\(Double((nanoseconds + 500) / 1000) / 1000)")
  }

  /// Objects as a JSON array.
  package static func array(_ values: [JSONObject]) -> String {
    "[" + values.map { $0.text }.joined(separator: ", ") + "]"
  }

  private mutating func add(_ key: StaticString, _ value: String) {
    if !members.isEmpty { members += ", " }
    members += "\"\(key)\": \(value)"
  }

  /// A string as JSON: quotes, backslashes and control characters escaped, everything else as UTF-8.
  package static func quoted(_ string: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20, 0x7f:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8)
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
    return String(decoding: bytes, as: UTF8.self)
  }
}
