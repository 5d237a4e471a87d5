/// Numbers for programs: a point, no separators, no more digits than asked for.
enum PlainNumber {
  /// The number with at most `decimals` (0 to 9) decimals and no zeros at the end; nil for what is no number.
  static func text(_ value: Double, decimals: Int) -> String? {
    guard var text = fixed(value, decimals: decimals) else { return nil }
    if text.contains("."), !text.contains("e") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  /// The number with exactly `decimals` (0 to 9) decimals, in powers of ten beyond 10^15; nil for what is no number.
  static func fixed(_ value: Double, decimals: Int) -> String? {
    guard value.isFinite else { return nil }
    let places = min(max(decimals, 0), 9)
    var scale: Int64 = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = (value.magnitude * Double(scale)).rounded()
    guard scaled < 9e15 else {
      // Too many digits for decimals to matter.
      return value.magnitude < 9e15 ? "\(Int64(value.rounded()))" : "\(value)"
    }
    let digits = Int64(scaled)
    let sign = value < 0 && digits > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(digits)" }
    let fraction = String(digits % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(sign)\(digits / scale).\(zeros)\(fraction)"
  }
}
