import CPlatform

/// The bytes of a checkpoint file, mapped or copied; immutable, which makes them safe to share.
final class CheckpointMemory: @unchecked Sendable {
  private let mapping: ep_mapping
  private let isMapped: Bool

  /// Takes over a mapped file.
  init(mapped mapping: ep_mapping) {
    self.mapping = mapping
    isMapped = true
  }

  /// A copy of a file's bytes, or nil where there is no memory for it.
  init?(copying bytes: [UInt8]) {
    guard let copy = ep_allocate(max(bytes.count, 1)) else { return nil }
    UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyBytes(from: bytes)
    mapping = ep_mapping(bytes: copy, count: bytes.count)
    isMapped = false
  }

  deinit {
    if isMapped { ep_unmap(mapping) } else { ep_free(UnsafeMutableRawPointer(mutating: mapping.bytes)) }
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mapping.bytes, count: mapping.count) }

  /// A part of it. Precondition: it lies inside.
  func slice(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }
}
