import CPlatform
import Foundation
import Runtime
import Synchronization

/// Standard output and standard error as people and programs see them.
enum Terminal {
  /// Whether standard error is a terminal that a progress bar may draw on.
  static var isInteractive: Bool { isatty(STDERR_FILENO) != 0 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

  /// Columns of the terminal, 80 where it does not say.
  static var columns: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a line to standard error. Nothing can be done where that fails.
  static func error(_ line: String) { Console.complain(line) }

  /// Writes text to standard error without ending the line.
  static func draw(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { ep_write_all(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Writes a line to standard output. Ends the command quietly when the reader has gone away. Where writing fails
  /// otherwise the work goes on, as its files may be worth more than its words, and `reporting` tells in the end.
  static func out(_ line: String) {
    if !Console.write(line) { lostOutput.store(true, ordering: .relaxed) }
  }

  private static let lostOutput = Atomic<Bool>(false)

  /// Whether a line could not be written to standard output: the disk is full, say.
  static var hasLostOutput: Bool { lostOutput.load(ordering: .relaxed) }
}
