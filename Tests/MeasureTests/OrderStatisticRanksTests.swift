import Measure
import Testing

@Suite struct OrderStatisticRanksTests {
  @Test(arguments: [
    (6, 1, 6), (8, 1, 8), (9, 2, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (25, 8, 18), (50, 18, 33), (100, 40, 61),
  ])
  func medianAsInTables(count: Int, lower: Int, upper: Int) {
    let ranks = OrderStatisticRanks(count: count, fraction: 0.5, confidence: 0.95)
    #expect(ranks.lower == lower && ranks.upper == upper)
  }

  @Test func tooFewValuesHaveNoEnds() {
    let median = OrderStatisticRanks(count: 5, fraction: 0.5, confidence: 0.95)
    #expect(median.lower == nil && median.upper == nil)
    // 0.99^367 is 0.0250004, 0.99^368 is less than 0.025.
    #expect(OrderStatisticRanks(count: 367, fraction: 0.99, confidence: 0.95).upper == nil)
    #expect(OrderStatisticRanks(count: 368, fraction: 0.99, confidence: 0.95).upper == 368)
    #expect(OrderStatisticRanks(count: 367, fraction: 0.01, confidence: 0.95).lower == nil)
    #expect(OrderStatisticRanks(count: 368, fraction: 0.01, confidence: 0.95).lower == 1)
    for (count, fraction, confidence) in [(0, 0.5, 0.9), (-1, 0.5, 0.9), (100, 0, 0.9), (100, 1, 0.9), (100, 0.5, 1)] {
      let ranks = OrderStatisticRanks(count: count, fraction: fraction, confidence: confidence)
      #expect(ranks.lower == nil && ranks.upper == nil)
    }
  }

  /// Against sums of the binomial distribution built up toss by toss.
  @Test(arguments: [0.5, 0.9, 0.03, 0.99]) func missesByAtMostTheTail(fraction: Double) {
    var distribution = [1.0]
    for count in 1...300 {
      var next = Array(repeating: 0.0, count: count + 1)
      for (successes, probability) in distribution.enumerated() {
        next[successes] += probability * (1 - fraction)
        next[successes + 1] += probability * fraction
      }
      distribution = next
      func atMost(_ successes: Int) -> Double { distribution.prefix(successes + 1).reduce(0, +) }
      func atLeast(_ successes: Int) -> Double { distribution.dropFirst(successes).reduce(0, +) }
      for tail in [0.025, 0.0011] {
        let ranks = OrderStatisticRanks(count: count, fraction: fraction, confidence: 1 - 2 * tail)
        #expect(ranks.lower == (0..<count).last { atMost($0) <= tail }.map { $0 + 1 })
        #expect(ranks.upper == (1...count).first { atLeast($0) <= tail })
      }
    }
  }

  @Test func largeSamplesDoNotUnderflow() {
    let ranks = OrderStatisticRanks(count: 1_000_000, fraction: 0.5, confidence: 0.95)
    // 500000.5 -/+ 1.96 deviations of 500.
    #expect(ranks.lower == 499_020 && ranks.upper == 500_981)
  }
}
