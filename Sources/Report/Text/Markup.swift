/// HTML or SVG source, well-formed XML, in which every text from outside is escaped, because nothing else can be put into it.
///
/// What stands in a literal is markup; a string put into a literal is text; a number is a coordinate.
///
///     let cell: Markup = "<td>\(layer.name)</td>"
package struct Markup: Sendable, Equatable, ExpressibleByStringInterpolation {
  package private(set) var source: String

  package init(stringLiteral value: String) { source = value }

  package init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

  /// Text that says itself.
  package init(text: String) { source = Self.escaped(text) }

  static func += (left: inout Markup, right: Markup) { left.source += right.source }

  /// Pieces of markup behind one another, each on a line of its own.
  static func lines(_ pieces: [Markup]) -> Markup {
    var all = Markup("")
    all.source = pieces.map(\.source).joined(separator: "\n")
    return all
  }

  /// A text as it may stand between tags and in quoted attributes, in HTML and in XML.
  ///
  /// Characters that XML cannot hold, controls above all, become U+FFFD, and so do those that turn the direction of
  /// writing: a name could reorder the sentence around it.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    // Two scalars, one line break.
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}", "\u{fffe}",
        "\u{ffff}":
        escaped += "\u{fffd}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Collects what stands in a literal.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      source.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { source += literal }

    /// Text, escaped.
    package mutating func appendInterpolation(_ text: String) { source += Markup.escaped(text) }

    /// Markup, as it is.
    package mutating func appendInterpolation(_ markup: Markup) { source += markup.source }

    /// Pieces of markup, a line each.
    package mutating func appendInterpolation(_ pieces: [Markup]) { appendInterpolation(Markup.lines(pieces)) }

    package mutating func appendInterpolation(_ number: Int) { source += "\(number)" }

    /// A coordinate: two decimals at most; zero for what is no number.
    package mutating func appendInterpolation(_ coordinate: Double) {
      source += PlainNumber.text(coordinate, decimals: 2) ?? "0"
    }
  }
}
