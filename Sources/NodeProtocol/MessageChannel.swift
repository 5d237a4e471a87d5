import CPlatform
import Runtime

/// One end of a connection between computer and board: a stream of messages each way.
///
/// The board reads standard input and writes standard output; the computer has one socket for both. The descriptors
/// stay the caller's.
package struct MessageChannel: Sendable {
  private let input: Int32
  private let output: Int32
  private let sending: Sending

  /// How messages are sent.
  package enum Sending: Sendable {
    /// To a pipe or a file; for as long as it takes.
    case writing
    /// To a socket, whose other end must take something within so many milliseconds.
    case socket(patience: UInt32)
  }

  /// Waiting for a message goes in steps, so that a request to stop is heard.
  private static let stepMilliseconds: UInt32 = 50
  private static let pieceBytes = 1 << 16

  package init(input: Int32, output: Int32, sending: Sending) {
    self.input = input
    self.output = output
    self.sending = sending
  }

  // MARK: Sending

  package func send(_ kind: MessageKind, _ payload: [UInt8] = []) throws(MessageError) {
    try send(MessageHeader(kind, byteCount: payload.count).bytes)
    if !payload.isEmpty { try send(payload) }
  }

  private func send(_ bytes: [UInt8]) throws(MessageError) {
    let error = bytes.withUnsafeBytes { bytes in
      switch sending {
      case .writing: ep_write_all(output, bytes.baseAddress, bytes.count)
      case .socket(let patience): ep_send_all(output, bytes.baseAddress, bytes.count, patience)
      }
    }
    if error != 0 { throw MessageChannel.failure(error) }
  }

  // MARK: Receiving

  /// Whether there is something to read, or the other side is gone.
  package var isReadable: Bool { ep_wait_readable(input, 0) == 0 }

  /// The next message's header; its payload has to be taken next.
  ///
  /// - Parameters:
  ///   - seconds: How long to wait for it; nil for as long as it takes.
  ///   - isStopped: Asked while waiting.
  package func header(
    within seconds: Double? = nil, isStopped: () -> Bool = { false }
  ) throws(MessageError) -> MessageHeader {
    try MessageHeader(try payload(MessageHeader.size, within: seconds, isStopped: isStopped))
  }

  /// So many bytes of a payload.
  package func payload(
    _ count: Int, within seconds: Double? = nil, isStopped: () -> Bool = { false }
  ) throws(MessageError) -> [UInt8] {
    try take(count, until: seconds.map { ep_now_ns() &+ UInt64(max($0, 0) * 1e9) }, isStopped: isStopped)
  }

  /// Reads a payload to where it is to lie.
  package func read(into target: UnsafeMutableRawBufferPointer) throws(MessageError) {
    var read = 0
    while read < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[read...])
      let count = ep_read_some(input, rest.baseAddress, rest.count)
      guard count != 0 else { throw .ended }
      guard count > 0 else { throw MessageChannel.failure(Int32(-count)) }
      read += Int(count)
    }
  }

  /// Reads a payload that nobody wants.
  package func skip(_ count: Int) throws(MessageError) {
    var left = count
    while left > 0 { left -= try take(min(left, MessageChannel.pieceBytes), until: nil, isStopped: { false }).count }
  }

  /// Memory grows with what arrives, not with what a header promises.
  private func take(
    _ count: Int, until end: UInt64?, isStopped: () -> Bool
  ) throws(MessageError) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(count, MessageChannel.pieceBytes))
    while bytes.count < count {
      try wait(until: end, isStopped: isStopped)
      let wanted = min(count - bytes.count, piece.count)
      let got = piece.withUnsafeMutableBytes { ep_read_some(input, $0.baseAddress, wanted) }
      guard got > 0 else {
        // What came so far tells a login script's words from a connection that just ended.
        if got == 0 && count == MessageHeader.size && !bytes.isEmpty { throw .foreign(bytes) }
        throw got == 0 ? .ended : MessageChannel.failure(Int32(-got))
      }
      bytes += piece[..<Int(got)]
    }
    return bytes
  }

  private func wait(until end: UInt64?, isStopped: () -> Bool) throws(MessageError) {
    while true {
      if isStopped() { throw .stopped }
      let error = ep_wait_readable(input, MessageChannel.stepMilliseconds)
      if error == 0 { return }
      guard ep_channel_state_of(error) == EP_CHANNEL_SILENT else { throw MessageChannel.failure(error) }
      if let end, ep_now_ns() >= end { throw .silent }
    }
  }

  private static func failure(_ error: Int32) -> MessageError {
    switch ep_channel_state_of(error) {
    case EP_CHANNEL_ENDED: .ended
    case EP_CHANNEL_SILENT: .silent
    case EP_CHANNEL_INTERRUPTED: .stopped
    default: .system(error)
    }
  }
}
