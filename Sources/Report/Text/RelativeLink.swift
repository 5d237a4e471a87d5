/// A link to a file beside the page.
package enum RelativeLink {
  /// The `href` of a path; nil for one that leads out of the page's folder.
  ///
  /// Every byte but letters, digits and `-._~/` is percent-encoded, colons too: no path can name a scheme or a host.
  package static func reference(to path: String) -> String? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !parts.contains(".."), !parts.contains("") else { return nil }
    let digits = Array("0123456789ABCDEF")
    var reference = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        reference.unicodeScalars.append(Unicode.Scalar(byte))
      default: reference += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return reference
  }

  /// The path as a link, or as text where it leads elsewhere; a dash for none.
  static func markup(to path: String?) -> Markup {
    guard let path else { return "\(FigureText.missing)" }
    guard let reference = reference(to: path) else { return "\(path)" }
    return "<a href=\"\(reference)\">\(path)</a>"
  }
}
