/// Points in time as people read them.
enum ClockText {
  /// "2026-03-14T09:26:53Z" as "2026-03-14 09:26 UTC"; any other text as it is.
  static func readable(_ text: String) -> String {
    let form = Array("0000-00-00T00:00:00Z")
    let letters = Array(text)
    let fits = zip(letters, form).allSatisfy { $1 == "0" ? $0.isASCII && $0.isNumber : $0 == $1 }
    guard letters.count == form.count, fits else { return text }
    return "\(String(letters[..<10])) \(String(letters[11..<16])) UTC"
  }
}
