import Measure
import Testing

@Suite struct QuantileIntervalTests {
  @Test func endsAreOrderStatistics() throws {
    let values = (1...100).map { Double($0 * 37 % 101) }
    let median = try #require(MedianInterval(values))
    #expect(median.median == 50.5 && median.lower == 40 && median.upper == 61 && median.count == 100 && median.isKnown)
    #expect(median.json.text == #"{"median": 50.5, "lower": 40.0, "upper": 61.0}"#)
    let p99 = try #require(QuantileInterval(values, fraction: 0.99))
    #expect(abs(p99.value - 99.01) < 1e-9 && p99.upper == 100 && !p99.hasUpper && p99.lower == 97 && p99.hasLower)
    let longer = try #require(QuantileInterval((1...500).map { Double($0) }, fraction: 0.99))
    #expect(longer.hasUpper && longer.upper == 500)
  }

  @Test func nothingIsMadeOfNothing() throws {
    #expect(MedianInterval([]) == nil)
    #expect(MedianInterval([.nan, .infinity]) == nil)
    #expect(QuantileInterval([1], fraction: 1) == nil)
    #expect(QuantileInterval([1], fraction: .nan) == nil)
    let few = try #require(MedianInterval([.nan, 3, 1, 2]))
    #expect(few.median == 2 && few.lower == 1 && few.upper == 3 && few.count == 3 && !few.isKnown)
  }

  @Test func sidesOfABound() throws {
    let values = (1...100).map { Double($0) }
    let median = try #require(MedianInterval(values))
    #expect(median.side(of: 61) == .within && median.side(of: 39.5) == .above && median.side(of: 50) == .undecided)
    let p99 = try #require(QuantileInterval(values, fraction: 0.99))
    #expect(p99.side(of: 50) == .above)
    // The largest value is no upper end.
    #expect(p99.side(of: 1000) == .undecided)
    let few = try #require(MedianInterval([1, 2, 3]))
    #expect(few.side(of: 10) == .undecided && few.side(of: 0) == .undecided)
  }

  /// The true median of a skewed distribution lies in the interval as often as promised, and not much more often.
  @Test func coversTheTruth() throws {
    var generator = TestGenerator(seed: 11)
    let trials = 4000
    var covered = (median: 0, tail: 0)
    for _ in 0..<trials {
      // The fourth power of a uniform number: its median is 1/16, its 0.9 quantile 0.9^4.
      let values = (0..<60).map { _ in
        let unit = generator.unit()
        return unit * unit * unit * unit
      }
      let median = try #require(MedianInterval(values, confidence: 0.9))
      let tail = try #require(QuantileInterval(values, fraction: 0.9, confidence: 0.9))
      #expect(tail.hasUpper && tail.hasLower)
      if median.lower <= 0.0625, median.upper >= 0.0625 { covered.median += 1 }
      if tail.lower <= 0.6561, tail.upper >= 0.6561 { covered.tail += 1 }
    }
    for count in [covered.median, covered.tail] {
      #expect(Double(count) / Double(trials) > 0.89 && Double(count) / Double(trials) < 0.96)
    }
  }
}
