/// How much of a data set one part of it gets.
package enum PartSize: Equatable, Sendable {
  /// A share of all samples, from 0 to 1.
  case fraction(Double)
  /// So many samples.
  case count(Int)
  /// What the other parts leave; at most one part can have it.
  case rest

  /// Reads `0.1` or `10%` as a share, `5000` as a count, `rest` as what is left.
  ///
  /// Throws `invalidSplit`, which says what is possible.
  package init(text: String) throws(DatasetError) {
    if text == "rest" {
      self = .rest
    } else if let count = Int(text), count >= 0 {
      self = .count(count)
    } else if text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) {
      self = .fraction(percent / 100)
    } else if let fraction = Double(text), (0...1).contains(fraction) {
      self = .fraction(fraction)
    } else {
      throw .invalidSplit(reason: "'\(text)' is no share such as 0.1 or 10%, no count such as 5000, and not 'rest'")
    }
  }

  /// How many of `total` samples that are; nil for `rest`.
  func samples(of total: Int) throws(DatasetError) -> Int? {
    switch self {
    case .fraction(let fraction):
      guard fraction >= 0, fraction <= 1 else {
        throw .invalidSplit(reason: "\(fraction) is no share from 0 to 1")
      }
      return Int((fraction * Double(total)).rounded())
    case .count(let count):
      guard count >= 0, count <= total else {
        throw .invalidSplit(reason: "a part of \(count) pictures, and the data set has \(total)")
      }
      return count
    case .rest: return nil
    }
  }
}
