import CPlatform

/// Standard output for results and standard error for everything else, unbuffered.
package enum Console {
  /// Writes a line of results. False where that failed: the disk is full, say.
  package static func write(_ line: String) -> Bool { write(line, to: 1) }

  /// Writes a line for people. Nothing can be done where that fails.
  package static func complain(_ line: String) { _ = write(line, to: 2) }

  private static func write(_ line: String, to descriptor: Int32) -> Bool {
    var bytes = Array(line.utf8)
    bytes.append(UInt8(ascii: "\n"))
    return bytes.withUnsafeBytes { ep_write_all(descriptor, $0.baseAddress, $0.count) } == 0
  }
}
