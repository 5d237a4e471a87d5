/// From values to coordinates.
struct LinearScale {
  let lower: Double
  let upper: Double
  private let start: Double
  private let end: Double

  /// An empty or impossible domain is widened, so that there always is a scale.
  init(from lower: Double, to upper: Double, start: Double, end: Double) {
    let isUsable = lower.isFinite && upper.isFinite && lower < upper && (upper - lower).isFinite
    let middle = lower.isFinite ? lower : 0
    // Half of a far number's own size, lest the sum be the number again.
    let half = max(1, middle.magnitude / 2)
    (self.lower, self.upper) = isUsable ? (lower, upper) : (middle - half, middle + half)
    (self.start, self.end) = (start, end)
  }

  /// The coordinate of a value; values beyond the ends are put on them.
  func callAsFunction(_ value: Double) -> Double {
    guard value.isFinite else { return start }
    let share = (min(max(value, lower), upper) - lower) / (upper - lower)
    return start + share * (end - start)
  }
}
