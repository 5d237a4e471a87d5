/// Which order statistics of a sample enclose a quantile of the distribution it was drawn from.
///
/// The count of values below the quantile is binomial whatever the distribution is, so the ranks need no assumption but
/// that the values are independent draws (Conover, Practical Nonparametric Statistics, section 3.2).
package struct OrderStatisticRanks: Equatable, Sendable {
  /// Rank (1 is the smallest value) of the lower end; nil where even the smallest may lie above the quantile.
  package let lower: Int?
  /// Rank of the upper end; nil where even the largest may lie below the quantile.
  package let upper: Int?

  /// The narrowest ranks that miss the quantile with at most half of `1 - confidence` on either side.
  ///
  /// Time and memory grow with the square root of `count`. A fraction or confidence outside of 0 to 1 has no ranks.
  package init(count: Int, fraction: Double, confidence: Double) {
    guard count > 0, fraction > 0, fraction < 1, confidence > 0, confidence < 1 else {
      lower = nil
      upper = nil
      return
    }
    let tail = (1 - confidence) / 2
    let window = OrderStatisticRanks.probabilities(count, fraction)
    // The largest rank l with P(fewer than l values below the quantile) <= tail.
    var rank = window.first
    var sum = 0.0
    for probability in window.values {
      sum += probability
      if sum > tail { break }
      rank += 1
    }
    lower = rank > 0 ? rank : nil
    // The smallest rank u with P(at least u values below the quantile) <= tail.
    rank = window.first + window.values.count
    sum = 0
    for probability in window.values.reversed() {
      sum += probability
      if sum > tail { break }
      rank -= 1
    }
    upper = rank <= count ? rank : nil
  }

  /// The binomial distribution around its mode, from `first` successes on; what is left out is beyond double precision.
  private static func probabilities(_ count: Int, _ fraction: Double) -> (first: Int, values: [Double]) {
    let negligible = 1e-20
    let odds = fraction / (1 - fraction)
    let mode = min(Int(Double(count + 1) * fraction), count)
    // Relative to the mode's, so that nothing underflows however large the sample.
    var below: [Double] = []
    var (weight, successes) = (1.0, mode)
    while successes > 0 {
      weight *= Double(successes) / (Double(count - successes + 1) * odds)
      if weight < negligible { break }
      successes -= 1
      below.append(weight)
    }
    let first = successes
    var values = Array(below.reversed())
    values.append(1)
    (weight, successes) = (1, mode)
    while successes < count {
      weight *= Double(count - successes) / Double(successes + 1) * odds
      if weight < negligible { break }
      successes += 1
      values.append(weight)
    }
    let total = values.reduce(0, +)
    return (first, values.map { $0 / total })
  }
}
