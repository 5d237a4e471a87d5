import Report
import Testing

@Suite struct NiceTicksTests {
  @Test func byHand() {
    #expect(NiceTicks(from: 0, to: 1).values == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(NiceTicks(from: 0, to: 1).decimals == 1)
    #expect(NiceTicks(from: 0.07, to: 0.35).values == [0.1, 0.15, 0.2, 0.25, 0.3, 0.35])
    #expect(NiceTicks(from: 0.07, to: 0.35).decimals == 2)
    #expect(NiceTicks(from: -3, to: 12).values == [-2, 0, 2, 4, 6, 8, 10, 12])
    #expect(NiceTicks(from: 0, to: 272_000).values == [0, 50_000, 100_000, 150_000, 200_000, 250_000])
    #expect(NiceTicks(from: 88.1, to: 88.4).label(88.2) == "88.20")
    #expect(NiceTicks(from: -1, to: 1).label(-0.5) == "−0.5")
  }

  @Test func wholeNumbers() {
    #expect(NiceTicks(from: 0, to: 2, count: 8, isWhole: true).values == [0, 1, 2])
    #expect(NiceTicks(from: 0, to: 99, count: 8, isWhole: true).values == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  }

  @Test func nothingToDivide() {
    #expect(NiceTicks(from: 3, to: 3).values == [3])
    #expect(NiceTicks(from: 3, to: 2).values == [3])
    #expect(NiceTicks(from: .nan, to: 2).values == [])
    #expect(NiceTicks(from: 0, to: .infinity).values == [0])
    #expect(NiceTicks(from: 1e20, to: 1e20 + 40_000).values.count == 2)
    #expect(NiceTicks(from: 0, to: 1, count: -4).values == [0, 1])
  }

  /// Over 60 orders of magnitude: within the axis, ascending, evenly apart, neither few nor many.
  @Test func alwaysNice() {
    var state: UInt64 = 3
    for _ in 0..<2000 {
      func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / Double(1 << 24)
      }
      var span = 0.1 + next()
      for _ in 0..<Int(next() * 30) { span *= 10 }
      for _ in 0..<Int(next() * 30) { span /= 10 }
      let lower = (next() - 0.5) * span * 20
      let ticks = NiceTicks(from: lower, to: lower + span)
      #expect((2...10).contains(ticks.values.count), "\(lower) to \(lower + span)")
      #expect(ticks.values.allSatisfy { lower - span * 1e-9 <= $0 && $0 <= lower + span * (1 + 1e-9) })
      #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
      if ticks.decimals <= 9 && span < 1e5 { #expect(Set(ticks.values.map(ticks.label)).count == ticks.values.count) }
    }
  }
}
