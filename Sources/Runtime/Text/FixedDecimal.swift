/// Numbers with a fixed count of decimals, for tables that people read.
package enum FixedDecimal {
  /// `value` rounded to at most 6 decimals, padded on the left with blanks to `width`.
  package static func text(_ value: Double, decimals: Int, width: Int = 0) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return padded("\(value)", width) }
    let decimals = min(max(decimals, 0), 6)
    var scale: UInt64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = UInt64((abs(value) * Double(scale)).rounded())
    var text = "\(scaled / scale)"
    if decimals > 0 {
      let fraction = "\(scaled % scale)"
      text += "." + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    }
    return padded(value < 0 && scaled > 0 ? "-" + text : text, width)
  }

  /// A duration in milliseconds.
  package static func milliseconds(_ nanoseconds: UInt64, decimals: Int = 2, width: Int = 0) -> String {
    text(Double(nanoseconds) / 1e6, decimals: decimals, width: width)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.utf8.count, 0)) + text
  }
}
