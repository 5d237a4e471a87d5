import Imaging
import Runtime

/// Draws pictures and scores with characters, for terminals that know 24-bit colours.
enum TerminalPicture {
  private static let reset = "\u{1B}[0m"
  /// Width of a score's bar in characters.
  private static let barWidth = 24

  /// The picture with `columns` characters a line: each shows two pixels, one above the other.
  static func lines(_ picture: RGBImage, columns: Int) throws(ImageError) -> [String] {
    let height = max((columns * picture.height / picture.width + 1) / 2 * 2, 2)
    let small = try picture.resized(width: columns, height: min(height, columns * 4))
    return small.withPixels { pixels in
      stride(from: 0, to: small.height - 1, by: 2).map { row in
        var line = ""
        for column in 0..<columns {
          let upper = row * small.rowBytes + column * 3
          line += "\u{1B}[38;2;" + color(pixels, upper) + ";48;2;" + color(pixels, upper + small.rowBytes) + "m\u{2580}"
        }
        return line + reset
      }
    }
  }

  private static func color(_ pixels: UnsafeBufferPointer<UInt8>, _ at: Int) -> String {
    "\(pixels[at]);\(pixels[at + 1]);\(pixels[at + 2])"
  }

  /// A bar whose length is the score, to the eighth of a character.
  static func bar(_ score: Float) -> String {
    let eighths = Int((min(max(score, 0), 1) * Float(barWidth * 8)).rounded())
    // U+2588 is the full block, U+2589...U+258F are seven to one eighths of it.
    let parts: [String] = ["", "\u{258F}", "\u{258E}", "\u{258D}", "\u{258C}", "\u{258B}", "\u{258A}", "\u{2589}"]
    let whole = String(repeating: "\u{2588}", count: eighths / 8)
    let used = eighths / 8 + (eighths % 8 == 0 ? 0 : 1)
    return "\u{1B}[36m" + whole + parts[eighths % 8] + reset + String(repeating: " ", count: barWidth - used)
  }

  /// Two blocks of lines beside each other; those of `left` all have the same width on the screen.
  static func joined(_ left: [String], width: Int, _ right: [String]) -> String {
    var lines: [String] = []
    let offset = max((left.count - right.count) / 2, 0)
    for row in 0..<max(left.count, right.count) {
      let start = row < left.count ? left[row] : String(repeating: " ", count: width)
      let text = row >= offset && row - offset < right.count ? right[row - offset] : ""
      lines.append(start + "  " + text)
    }
    return lines.joined(separator: "\n")
  }
}
