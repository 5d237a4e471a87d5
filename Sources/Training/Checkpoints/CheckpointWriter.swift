import CPlatform
import Glibc
import Runtime

/// Writes a checkpoint file: the directory is built in memory, tensors go to the file from where they lie.
struct CheckpointWriter {
  private let path: String
  private var directory: [UInt8] = []

  init(path: String) { self.path = path }

  mutating func write(
    _ fingerprint: NetworkFingerprint, _ values: [String: CheckpointValue], _ items: [CheckpointItem]
  ) throws(CheckpointError) {
    try check(items)
    count(fingerprint.lines.count)
    for line in fingerprint.lines { text(line) }
    count(values.count)
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      text(name)
      self.value(value)
    }
    count(items.count)
    for item in items { tensor(item) }

    var header = CheckpointHeader()
    header.directoryBytes = UInt64(directory.count)
    var end = CheckpointHeader.byteCount + directory.count
    for item in items { end = CheckpointHeader.aligned(end) + item.withBytes(\.count) }
    header.fileBytes = UInt64(end)
    header.checksum = header.expectedChecksum(directory)
    try write(header.bytes + directory, items)
  }

  /// Items that a reader would refuse are errors of ours; better found before an older checkpoint is replaced.
  private func check(_ items: [CheckpointItem]) throws(CheckpointError) {
    var names = Set<String>()
    for item in items where !names.insert(item.name).inserted {
      throw .cannotCreate(path: path, reason: "two tensors are named '\(item.name)'")
    }
  }

  private func write(_ start: [UInt8], _ items: [CheckpointItem]) throws(CheckpointError) {
    var output: OpaquePointer?
    let opened = ep_output_open(path, true, &output)
    guard opened == 0, let output else { throw failure(opened, isBegun: false) }
    var error = start.withUnsafeBytes { ep_output_write(output, $0.baseAddress, $0.count) }
    var offset = start.count
    let padding = [UInt8](repeating: 0, count: CheckpointHeader.alignment)
    for item in items where error == 0 {
      let begin = CheckpointHeader.aligned(offset)
      error = ep_output_write(output, padding, begin - offset)
      guard error == 0 else { break }
      offset = item.withBytes { bytes in
        error = ep_output_write(output, bytes.baseAddress, bytes.count)
        return begin + bytes.count
      }
    }
    guard error == 0 else {
      ep_output_discard(output)
      throw failure(error, isBegun: true)
    }
    let committed = ep_output_commit(output)
    guard committed == 0 else { throw failure(committed, isBegun: true) }
  }

  private func failure(_ error: Int32, isBegun: Bool) -> CheckpointError {
    let reason = systemErrorText(error)
    switch error {
    case EIO, ENOSPC, EDQUOT, EFBIG: return .writeFailed(path: path, reason: reason)
    default:
      return isBegun ? .writeFailed(path: path, reason: reason) : .cannotCreate(path: path, reason: reason)
    }
  }

  // The directory's parts.

  private mutating func tensor(_ item: CheckpointItem) {
    text(item.name)
    directory.append(item.type.rawValue)
    directory.append(UInt8(truncatingIfNeeded: item.shape.count))
    for extent in item.shape { word(UInt64(extent)) }
    word(item.withBytes { xxh64($0) })
  }

  private mutating func value(_ value: CheckpointValue) {
    switch value {
    case .integer(let integer):
      directory.append(CheckpointValueKind.integer.rawValue)
      word(UInt64(bitPattern: Int64(integer)))
    case .real(let real):
      directory.append(CheckpointValueKind.real.rawValue)
      word(real.bitPattern)
    case .text(let content):
      directory.append(CheckpointValueKind.text.rawValue)
      text(content)
    case .words(let words):
      directory.append(CheckpointValueKind.words.rawValue)
      count(words.count)
      for word in words { self.word(word) }
    }
  }

  private mutating func text(_ text: String) {
    count(text.utf8.count)
    directory.append(contentsOf: text.utf8)
  }

  private mutating func count(_ count: Int) {
    withUnsafeBytes(of: UInt32(clamping: count).littleEndian) { directory.append(contentsOf: $0) }
  }

  private mutating func word(_ word: UInt64) {
    withUnsafeBytes(of: word.littleEndian) { directory.append(contentsOf: $0) }
  }
}

/// How a value is marked in the directory.
enum CheckpointValueKind: UInt8 {
  case integer = 1
  case real = 2
  case text = 3
  case words = 4
}
