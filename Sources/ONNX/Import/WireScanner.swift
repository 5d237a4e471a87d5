/// Counts a model's messages before they are decoded.
///
/// Two bytes of a file can ask for a message of hundreds of bytes in memory; this pass over the file keeps a small file
/// from becoming a giant allocation. What it cannot read is left to the decoder to complain about.
struct WireScanner {
  private let limits: ImportLimits
  private var count = 0

  /// The messages that are looked into; all others count as one.
  private enum Message {
    case model, graph, function, node, attribute, valueInfo, type, tensorType, shape, leaf

    func field(_ number: UInt64) -> Message {
      switch (self, number) {
      case (.model, 7): .graph
      case (.model, 25): .function
      case (.graph, 1), (.function, 7): .node
      case (.graph, 11), (.graph, 12), (.graph, 13): .valueInfo
      case (.node, 5), (.function, 11): .attribute
      case (.attribute, 6): .graph
      case (.valueInfo, 2): .type
      case (.type, 1): .tensorType
      case (.tensorType, 2): .shape
      default: .leaf
      }
    }
  }

  init(limits: ImportLimits) { self.limits = limits }

  /// Throws where the file has more messages than `ImportLimits.messages`. O(bytes), less those of tensors.
  mutating func check(_ bytes: UnsafeRawBufferPointer) throws(ImportFailure) {
    try scan(bytes, .model, depth: 0)
  }

  private mutating func scan(_ bytes: UnsafeRawBufferPointer, _ message: Message, depth: Int) throws(ImportFailure) {
    guard depth < 100 else { return }
    var position = 0
    while let key = Self.varint(bytes, &position) {
      count += 1
      guard count <= limits.messages else { throw .unsupported("models of more than \(limits.messages) parts") }
      switch key & 7 {
      case 0: guard Self.varint(bytes, &position) != nil else { return }
      case 1: position += 8
      case 5: position += 4
      case 2:
        guard let length = Self.varint(bytes, &position), length <= UInt64(bytes.count - position) else { return }
        let inner = UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
        let child = message.field(key >> 3)
        if child != .leaf { try scan(inner, child, depth: depth + 1) }
        position += Int(length)
      default: return
      }
      guard position <= bytes.count else { return }
    }
  }

  private static func varint(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
