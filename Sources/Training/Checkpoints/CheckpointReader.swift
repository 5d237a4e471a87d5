import Graph
import Runtime

/// Reads a checkpoint file's header and directory, and checks everything that using it relies on.
struct CheckpointReader {
  private(set) var fingerprint = NetworkFingerprint(lines: [])
  private(set) var values: [String: CheckpointValue] = [:]
  private(set) var tensors: [Checkpoint.Entry] = []

  private let bytes: UnsafeRawBufferPointer
  private let path: String
  private var offset = CheckpointHeader.byteCount
  private var end = 0

  /// Reads all of it; checksums of tensors are compared too, which reads the whole file.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    self.bytes = bytes
    self.path = path
    try readHeader()
    var lines: [String] = []
    for _ in 0..<(try count("lines", limit: CheckpointLimits.lines, least: 4)) { lines.append(try text()) }
    fingerprint = NetworkFingerprint(lines: lines)
    for _ in 0..<(try count("values", limit: CheckpointLimits.values, least: 9)) { try readValue() }
    let tensorCount = try count("tensors", limit: CheckpointLimits.tensors, least: 14)
    var names = Set<String>(minimumCapacity: tensorCount)
    var place = end
    for _ in 0..<tensorCount { try readTensor(&place, &names) }
    guard offset == end else { throw malformed("its directory is longer than what it lists") }
    guard place == bytes.count else { throw malformed("its tensors end at byte \(place) of \(bytes.count)") }
  }

  private func malformed(_ reason: String) -> CheckpointError { .malformed(path: path, reason: reason) }

  private mutating func readHeader() throws(CheckpointError) {
    guard bytes.count >= CheckpointHeader.byteCount else {
      throw malformed("\(bytes.count) bytes are too few for a checkpoint")
    }
    func word(_ index: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    guard word(0) == CheckpointHeader.magic else { throw malformed("it does not begin as a checkpoint does") }
    guard word(1) == UInt64(CheckpointHeader.version) else {
      throw .otherVersion(path: path, found: Int(clamping: word(1)))
    }
    var header = CheckpointHeader()
    (header.fileBytes, header.directoryBytes, header.checksum) = (word(2), word(3), word(4))
    guard header.fileBytes == UInt64(bytes.count) else {
      throw malformed("it has \(bytes.count) bytes of \(header.fileBytes): it was cut short or added to")
    }
    guard header.directoryBytes <= UInt64(bytes.count - CheckpointHeader.byteCount) else {
      throw malformed("its directory is larger than the file")
    }
    end = CheckpointHeader.byteCount + Int(header.directoryBytes)
    let directory = UnsafeRawBufferPointer(rebasing: bytes[CheckpointHeader.byteCount..<end])
    guard header.expectedChecksum(directory) == header.checksum, (5..<8).allSatisfy({ word($0) == 0 }) else {
      throw malformed("its directory is damaged (the checksum differs)")
    }
  }

  private mutating func readValue() throws(CheckpointError) {
    let name = try text()
    guard let kind = CheckpointValueKind(rawValue: try byte()) else { throw malformed("'\(name)' is of no known kind") }
    let value: CheckpointValue
    switch kind {
    case .integer: value = .integer(Int(Int64(bitPattern: try word())))
    case .real: value = .real(Double(bitPattern: try word()))
    case .text: value = .text(try text())
    case .words:
      var words: [UInt64] = []
      for _ in 0..<(try count("words", limit: CheckpointLimits.words, least: 8)) { words.append(try word()) }
      value = .words(words)
    }
    guard values.updateValue(value, forKey: name) == nil else { throw malformed("it has '\(name)' twice") }
  }

  private mutating func readTensor(_ place: inout Int, _ names: inout Set<String>) throws(CheckpointError) {
    let name = try text()
    guard names.insert(name).inserted else { throw malformed("it has the tensor '\(name)' twice") }
    guard let type = ElementType(rawValue: try byte()) else {
      throw malformed("the tensor '\(name)' is of no known type")
    }
    let rank = Int(try byte())
    guard rank <= CheckpointLimits.rank else { throw malformed("the tensor '\(name)' has \(rank) axes") }
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(Int(clamping: try word())) }
    guard let elements = Shape.elementCount(shape) else {
      throw malformed("the tensor '\(name)' has the impossible shape \(Shape.text(shape))")
    }
    let checksum = try word()
    let begin = CheckpointHeader.aligned(place)
    // At most 2^31 elements of 8 bytes: no overflow.
    let size = elements * type.byteCount
    guard begin <= bytes.count, size <= bytes.count - begin else {
      throw malformed("the tensor '\(name)' ends beyond the file")
    }
    place = begin + size
    guard xxh64(UnsafeRawBufferPointer(rebasing: bytes[begin..<place])) == checksum else {
      throw malformed("the tensor '\(name)' is damaged (the checksum differs)")
    }
    tensors.append(Checkpoint.Entry(name: name, type: type, shape: shape, offset: begin, byteCount: size))
  }

  // The directory's parts.

  /// A number of things, each of at least `least` bytes: the rest of the directory bounds it too.
  private mutating func count(_ what: String, limit: Int, least: Int) throws(CheckpointError) -> Int {
    try need(4)
    let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    offset += 4
    guard count <= limit, count * least <= end - offset else { throw malformed("it states \(count) \(what)") }
    return count
  }

  private mutating func text() throws(CheckpointError) -> String {
    let count = try count("bytes of a text", limit: CheckpointLimits.textBytes, least: 1)
    let slice = bytes[offset..<offset + count]
    guard let text = String(validating: slice, as: UTF8.self) else { throw malformed("a text is not UTF-8") }
    offset += count
    return text
  }

  private mutating func byte() throws(CheckpointError) -> UInt8 {
    try need(1)
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func word() throws(CheckpointError) -> UInt64 {
    try need(8)
    defer { offset += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  private func need(_ count: Int) throws(CheckpointError) {
    guard count <= end - offset else { throw malformed("its directory ends too early") }
  }
}
