import Foundation

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

  /// Writes a line to standard error.
  static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  /// Writes text to standard error without ending the line.
  static func draw(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  /// Writes a line to standard output. Ends the command quietly when the reader has gone away.
  static func out(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
