import AAPPolicy

/// Figures as people read them: three significant digits, a unit, a real minus; a dash for what is no number.
package enum FigureText {
  /// Stands where a figure is missing.
  package static let missing = "–"

  /// With a fixed number of decimals.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard let text = PlainNumber.fixed(value, decimals: decimals) else { return missing }
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// To three digits: "0.0213", "2.13", "21.3", "2134".
  package static func significant(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    var decimals = value.magnitude >= 99.95 ? 0 : value.magnitude >= 9.995 ? 1 : 2
    var scaled = value.magnitude
    while scaled < 0.9995 && decimals < 6 {
      scaled *= 10
      decimals += 1
    }
    return fixed(value, decimals: decimals)
  }

  /// A count: exact up to four digits, then "272 k", "41.2 M".
  package static func count(_ value: Double) -> String {
    value.magnitude < 9_999.5 ? fixed(value, decimals: 0) : prefixed(value, unit: "")
  }

  /// Bytes, decimal: "512 kB".
  package static func bytes(_ value: Double) -> String {
    value.magnitude < 999.5 ? fixed(value, decimals: 0) + " B" : prefixed(value, unit: "B")
  }

  /// "2.13 ms".
  package static func milliseconds(_ value: Double) -> String { value.isFinite ? significant(value) + " ms" : missing }

  /// A fraction of 1 as a percentage.
  package static func percent(_ fraction: Double, decimals: Int = 1) -> String {
    fraction.isFinite ? fixed(fraction * 100, decimals: decimals) + " %" : missing
  }

  /// By how much a quantity grew: "−43 %", "+2 %"; nil where that cannot be said.
  package static func change(from before: Double, to after: Double) -> String? {
    guard before > 0, before.isFinite, after.isFinite else { return nil }
    let change = (after / before - 1) * 100
    let text = fixed(change, decimals: change.magnitude < 9.95 ? 1 : 0)
    return (change > 0 && text != "0.0" ? "+" : "") + text + " %"
  }

  /// By how many percentage points a fraction of 1 grew: "+0.12", "−0.30".
  package static func points(from before: Double, to after: Double) -> String {
    let text = fixed((after - before) * 100, decimals: 2)
    return after > before && text != "0.00" ? "+" + text : text
  }

  /// "42 s", "3 min 5 s", "2 h 10 min".
  package static func duration(_ seconds: Double) -> String {
    guard seconds >= 0, seconds < 1e12 else { return missing }
    if seconds < 9.95 { return fixed(seconds, decimals: 1) + " s" }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(whole % 60) s"
    default: return "\(whole / 3600) h \(whole / 60 % 60) min"
    }
  }

  /// A quantity with its unit.
  package static func quantity(_ value: Double, _ quantity: Quantity) -> String {
    guard value.isFinite else { return missing }
    switch quantity {
    case .accuracyLoss: return fixed(value, decimals: 2) + " points"
    case .latency, .slowLatency: return milliseconds(value)
    case .planBytes, .residentBytes: return bytes(value)
    case .parameters, .multiplyAccumulates: return count(value)
    }
  }

  /// "1.18 to 1.23"; nil where the interval is just the value.
  package static func interval(_ measured: MeasuredValue) -> String? {
    guard measured.lower < measured.upper else { return nil }
    let (lower, upper) = (significant(measured.lower), significant(measured.upper))
    return lower == upper ? nil : "\(lower) to \(upper)"
  }

  private static func prefixed(_ value: Double, unit: String) -> String {
    var scaled = value
    var prefix = ""
    for next in ["k", "M", "G", "T"] where scaled.magnitude >= 999.5 {
      scaled /= 1000
      prefix = next
    }
    return value.isFinite ? "\(significant(scaled)) \(prefix)\(unit)" : missing
  }
}
