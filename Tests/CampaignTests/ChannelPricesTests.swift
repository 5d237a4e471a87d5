import Campaign
import Testing

@Suite struct ChannelPricesTests {
  private typealias Step = ChannelPrices.Step

  /// Cost and savings in proportion: each channel its own price.
  @Test func pricesAreSlopes() {
    let steps = [
      Step(removed: 1, saved: 10, cost: 1), Step(removed: 2, saved: 20, cost: 3), Step(removed: 3, saved: 30, cost: 9),
    ]
    let prices = ChannelPrices(order: [2, 0, 1, 3], steps: steps).byChannel
    #expect(prices == [0.2, 0.6, 0.1, .infinity])
  }

  /// A step that saves nothing by itself goes with the one that does.
  @Test func channelsOfAStaircaseGoTogether() {
    let steps = [
      Step(removed: 4, saved: 0, cost: 1), Step(removed: 8, saved: 8, cost: 2), Step(removed: 12, saved: 8, cost: 4),
      Step(removed: 16, saved: 7, cost: 6),
    ]
    let prices = ChannelPrices(order: Array(0..<64), steps: steps).byChannel
    #expect(prices[..<8].allSatisfy { $0 == 0.25 } && prices[8...].allSatisfy { $0 == .infinity })
    #expect(ChannelPrices(order: [0, 1], steps: []).byChannel == [.infinity, .infinity])
  }

  /// Of random steps: prices rise with the channels, and whatever price is paid, no step costs less for what is saved with
  /// savings valued at that price.
  @Test func everyPriceBuysTheBestStep() throws {
    var state: UInt64 = 5
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    for _ in 0..<200 {
      var step = Step(removed: 0, saved: 0, cost: 0)
      let steps = (0..<6).map { _ in
        step = Step(removed: step.removed + 1, saved: step.saved + random() - 0.2, cost: step.cost + random())
        return step
      }
      let prices = ChannelPrices(order: Array(0..<6), steps: steps).byChannel
      #expect(zip(prices, prices.dropFirst()).allSatisfy { $0 <= $1 })
      for price in prices where price.isFinite {
        let taken = prices.count { $0 <= price }
        func loss(_ step: Step) -> Double { step.cost - price * step.saved }
        let best = steps.map(loss).min() ?? 0
        #expect(abs(loss(steps[taken - 1]) - min(best, 0)) < 1e-9)
      }
    }
  }

  @Test(arguments: [
    (16, 4, 2, [4]), (64, 4, 2, [4, 8, 12, 16]), (13, 4, 2, [1]), (8, 4, 2, [4]), (4, 4, 2, []),
    (64, 1, 2, [2, 4, 6, 8, 10, 12, 14, 16]),
    (256, 1, 2, [8, 16, 24, 32, 40, 48, 56, 64]), (10, 1, 8, [1, 2]), (8, 1, 8, []), (3, 1, 2, [1]), (1, 1, 1, []),
  ]) func numbersThatMayGo(width: Int, multiple: Int, minimum: Int, numbers: [Int]) {
    let scores = (0..<width).map { Double($0 % 5) }
    let candidates = GroupCandidates(scores, multiple: multiple, minimum: minimum)
    #expect(candidates.numbers == numbers)
    #expect(zip(candidates.order, candidates.order.dropFirst()).allSatisfy { scores[$0] <= scores[$1] })
    #expect(candidates.promised(width) == scores.reduce(0, +) && candidates.promised(0) == 0)
  }
}
