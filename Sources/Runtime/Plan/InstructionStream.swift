/// The instructions of a plan, one after the other in the file.
///
/// Precondition for iterating: the stream was checked when its plan was loaded.
package struct InstructionStream: Sequence, BitwiseCopyable {
  private let bytes: UnsafeRawBufferPointer

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package struct Element: BitwiseCopyable {
    package let opcode: Opcode
    package let payload: UnsafeRawPointer
    /// Offset of the node's name in the strings.
    package let node: UInt32
  }

  package struct Iterator: IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    @inline(__always)
    package mutating func next() -> Element? {
      let size = MemoryLayout<InstructionHeader>.size
      guard offset + size <= bytes.count, let base = bytes.baseAddress else { return nil }
      let header = bytes.loadUnaligned(fromByteOffset: offset, as: InstructionHeader.self)
      guard let opcode = Opcode(rawValue: header.opcode) else { return nil }
      let payload = base + offset + size
      offset += size + Int(header.payloadBytes)
      return Element(opcode: opcode, payload: payload, node: header.node)
    }
  }

  @inline(__always)
  package func makeIterator() -> Iterator { Iterator(bytes) }
}
