import Foundation

/// Numbers as people read them.
enum Format {
  /// With a fixed number of decimals.
  static func number(_ value: Double, decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

  /// A fraction of 1 as a percentage.
  static func percent(_ fraction: Double) -> String { number(fraction * 100, decimals: 1) + " %" }

  /// "3.5 M", for counts.
  static func count(_ value: Int) -> String {
    switch abs(value) {
    case ..<10_000: String(value)
    case ..<10_000_000: number(Double(value) / 1e3, decimals: 1) + " k"
    case ..<10_000_000_000: number(Double(value) / 1e6, decimals: 1) + " M"
    default: number(Double(value) / 1e9, decimals: 1) + " G"
    }
  }

  /// "3.5 MB", decimal.
  static func bytes(_ value: Int) -> String {
    switch abs(value) {
    case ..<1_000: "\(value) B"
    case ..<1_000_000: number(Double(value) / 1e3, decimals: 1) + " kB"
    case ..<1_000_000_000: number(Double(value) / 1e6, decimals: 1) + " MB"
    default: number(Double(value) / 1e9, decimals: 2) + " GB"
    }
  }

  /// "1:02:03" or "2:03".
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.isFinite ? seconds.rounded() : 0)
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }
}
