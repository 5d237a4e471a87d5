import Runtime

/// NumPy's file format for one array (`numpy.lib.format`, versions 1 to 3): little-endian, in C order.
package enum NPY {
  private static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  /// A header says type and shape: NumPy itself does not read longer ones.
  private static let maximumHeaderCount = 10_000

  /// The array in a file's bytes. Bytes after it are an error. O(bytes).
  package static func tensor(_ bytes: [UInt8]) throws(NPYError) -> Tensor {
    guard bytes.count >= 8, bytes.starts(with: magic) else { throw .notNPY }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw .unsupported("version \(version).\(bytes[7]) of the format")
    }
    let lengthBytes = version == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else { throw .truncated(needed: start, found: bytes.count) }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= maximumHeaderCount else { throw .malformedHeader("it is \(length) bytes long") }
    guard bytes.count >= start + length else { throw .truncated(needed: start + length, found: bytes.count) }
    let header = try NPYHeader(bytes[start..<start + length])
    guard let count = Shape.elementCount(header.shape) else {
      throw .unsupported("\(Shape.text(header.shape)) elements: 2^31 is the limit")
    }
    let end = start + length + count * header.type.byteCount
    guard bytes.count >= end else { throw .truncated(needed: end, found: bytes.count) }
    guard bytes.count == end else { throw .malformedHeader("\(bytes.count - end) bytes follow the array") }
    let elements = Array(bytes[(start + length)...])
    return Tensor(
      type: header.type, shape: header.shape,
      bytes: header.type == .bool ? elements.map { $0 == 0 ? 0 : 1 } : elements)
  }

  /// A file's bytes, in version 1 of the format. O(bytes).
  package static func bytes(_ tensor: Tensor) -> [UInt8] {
    let extents = tensor.shape.map(String.init).joined(separator: ", ")
    let shape = tensor.shape.count == 1 ? "(\(extents),)" : "(\(extents))"
    var header = "{'descr': '\(NPYHeader.code(tensor.type))', 'fortran_order': False, 'shape': \(shape), }"
    // The array begins at a multiple of 64 bytes, after a line feed.
    let unpadded = magic.count + 4 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    return magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8) + tensor.bytes
  }
}
