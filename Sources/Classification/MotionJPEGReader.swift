import CPlatform
import Runtime

/// Cuts a camera's stream of JPEGs, one after the other, into single pictures.
///
/// Whatever lies between pictures is skipped, such as the headers of an HTTP multipart stream. Segments are stepped over
/// by their lengths: the thumbnail in a picture's EXIF data, a JPEG itself, is no picture of the stream.
package struct MotionJPEGReader: ~Copyable {
  private let descriptor: Int32
  private let limit: Int
  private var buffer: [UInt8]
  /// Bytes of `buffer` that are filled.
  private var filled = 0
  /// First byte of the present picture, or of what is still to be searched for one.
  private var start = 0
  private var scanner = MotionJPEGScanner()
  /// Bytes of `buffer` that the scanner has seen.
  private var scanned = 0
  private var isAtEnd = false

  /// - Parameters:
  ///   - descriptor: Where to read; it is not closed.
  ///   - limit: Largest picture in bytes.
  package init(descriptor: Int32, limit: Int = 64 << 20) {
    self.descriptor = descriptor
    self.limit = limit
    buffer = [UInt8](repeating: 0, count: 1 << 16)
  }

  /// Hands the next picture to `body`; returns nil at the end of the stream. A picture that the stream's end cuts short
  /// is handed out as it is: its decoder then says so.
  package mutating func next<R>(_ body: (UnsafeRawBufferPointer) -> R) throws(ClassificationError) -> R? {
    while true {
      while scanned < filled {
        let event = scanner.feed(buffer[scanned])
        scanned += 1
        switch event {
        case .none: continue
        case .begins: start = scanned - 2
        case .ends: return hand(start..<scanned, body)
        case .breaksOff:
          // The marker that begins the next picture came before this one's end.
          let range = start..<(scanned - 2)
          start = scanned - 2
          return hand(range, body)
        }
      }
      if isAtEnd {
        guard scanner.isInsidePicture else { return nil }
        scanner = MotionJPEGScanner()
        return hand(start..<filled, body)
      }
      try fill()
    }
  }

  private func hand<R>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
  }

  private mutating func fill() throws(ClassificationError) {
    // One byte stays behind outside pictures: it may be the first half of the marker that begins one.
    let kept = scanner.isInsidePicture ? start : max(scanned - 1, 0)
    if kept > 0 {
      let left = filled - kept
      buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        base.copyMemory(from: base + kept, byteCount: left)
      }
      filled = left
      scanned -= kept
      start = 0
    }
    guard filled < limit else { throw .stream(reason: "a picture has more than \(limit) bytes") }
    if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
    let (descriptor, used) = (descriptor, filled)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.baseAddress.map { ep_read_some(descriptor, $0 + used, bytes.count - used) } ?? 0
    }
    guard count >= 0 else {
      throw .unreadable(path: "standard input", reason: systemErrorText(Int32(truncatingIfNeeded: -count)))
    }
    if count == 0 { isAtEnd = true }
    filled += Int(count)
  }
}

/// Follows the structure of JPEGs byte by byte.
struct MotionJPEGScanner {
  enum Event {
    case none
    /// The two bytes up to here begin a picture.
    case begins
    /// The picture ends here.
    case ends
    /// The two bytes up to here begin the next picture, before this one's end.
    case breaksOff
  }

  private enum State {
    case outside
    case outsideAfterFF
    /// Before a marker's 0xFF.
    case marker
    case markerAfterFF
    case lengthHigh(marker: UInt8)
    case lengthLow(marker: UInt8, high: UInt8)
    case segment(marker: UInt8, left: Int)
    case entropy
    case entropyAfterFF
  }

  private var state = State.outside

  var isInsidePicture: Bool {
    switch state {
    case .outside, .outsideAfterFF: false
    case .marker, .markerAfterFF, .lengthHigh, .lengthLow, .segment, .entropy, .entropyAfterFF: true
    }
  }

  mutating func feed(_ byte: UInt8) -> Event {
    switch state {
    case .outside:
      if byte == 0xff { state = .outsideAfterFF }
    case .outsideAfterFF:
      if byte == 0xd8 {
        state = .marker
        return .begins
      }
      if byte != 0xff { state = .outside }
    case .marker:
      // Anything but a marker here is damage: go on with the next marker, as decoders do.
      if byte == 0xff { state = .markerAfterFF }
    case .markerAfterFF: return follow(marker: byte, isEntropy: false)
    case .lengthHigh(let marker): state = .lengthLow(marker: marker, high: byte)
    case .lengthLow(let marker, let high):
      // The length counts its own two bytes.
      let left = Int(high) << 8 + Int(byte) - 2
      state = left > 0 ? .segment(marker: marker, left: left) : MotionJPEGScanner.after(marker)
    case .segment(let marker, let left):
      state = left > 1 ? .segment(marker: marker, left: left - 1) : MotionJPEGScanner.after(marker)
    case .entropy:
      if byte == 0xff { state = .entropyAfterFF }
    case .entropyAfterFF: return follow(marker: byte, isEntropy: true)
    }
    return .none
  }

  /// What follows a segment: compressed samples after the start of a scan, another marker else.
  private static func after(_ marker: UInt8) -> State { marker == 0xda ? .entropy : .marker }

  private mutating func follow(marker: UInt8, isEntropy: Bool) -> Event {
    switch marker {
    case 0xd9:
      state = .outside
      return .ends
    case 0xd8:
      state = .marker
      return .breaksOff
    case 0xff:
      return .none  // Fill byte.
    case 0x00, 0x01, 0xd0...0xd7:
      // A stuffed 0xFF, and markers without a segment.
      state = isEntropy ? .entropy : .marker
    default: state = .lengthHigh(marker: marker)
    }
    return .none
  }
}
