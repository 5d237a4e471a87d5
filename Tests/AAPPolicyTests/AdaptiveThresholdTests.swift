import AAPPolicy
import Foundation
import Testing

/// The paper's state machine, on made-up networks whose answers are known.
@Suite struct AdaptiveThresholdTests {
  /// Runs a campaign in which rounds up to a threshold are within the bounds.
  private func campaign(
    _ policy: AdaptiveThreshold, isAccepted: (AdaptiveThreshold.Round) -> Bool
  ) -> (rounds: [AdaptiveThreshold.Round], end: AdaptiveThreshold.Ending, policy: AdaptiveThreshold) {
    var policy = policy
    var rounds: [AdaptiveThreshold.Round] = []
    while true {
      switch policy.next {
      case .ended(let reason): return (rounds, reason, policy)
      case .round(let round):
        rounds.append(round)
        policy.judge(isAccepted: isAccepted(round))
      }
    }
  }

  /// By hand: accepted up to 2.2 with steps of 1; then halves, quarters, and back to the round before.
  @Test func sequenceByHand() {
    var thresholds: [Double] = []
    var starts: [Int?] = []
    var policy = AdaptiveThreshold(increment: 1, limit: 12)
    while case .round(let round) = policy.next {
      thresholds.append(round.threshold)
      starts.append(round.start)
      policy.judge(isAccepted: round.threshold <= 2.2)
    }
    // 0, 1, 2 accepted; 3 rejected; 2.5 rejected; third rejection at 2.25: round 2 is given up, its threshold is tried
    // again with an eighth: accepted; 2.125 accepted; 2.25 rejected; ...
    #expect(thresholds == [0, 1, 2, 3, 2.5, 2.25, 2, 2.125, 2.25, 2.1875, 2.25, 2.21875])
    #expect(starts == [nil, 0, 1, 2, 2, 2, 2, 6, 7, 7, 9, 9])
    #expect(policy.next == .ended(.roundLimit))
  }

  /// A network that came further than was asked: the next round, and halved steps, start from there.
  @Test func growsFromWhatIsReached() {
    var policy = AdaptiveThreshold(increment: 1)
    var thresholds: [Double] = []
    for (isAccepted, reached) in [(true, 0), (true, 1.6), (true, 2), (false, 9), (false, 9), (true, 3.5)] {
      guard case .round(let round) = policy.next else { break }
      thresholds.append(round.threshold)
      policy.judge(isAccepted: isAccepted, reached: reached)
    }
    #expect(thresholds == [0, 1, 2.6, 3.6, 3.1, 2.85])
    guard case .round(let round) = policy.next else {
      Issue.record("a campaign that ended")
      return
    }
    #expect(round.threshold == 3.75 && round.start == 5)
    #expect(policy.accepted.map(\.threshold) == [0, 1.6, 2.6, 3.5])
  }

  @Test func rejectionOfTheUnprunedNetworkEnds() {
    let result = campaign(AdaptiveThreshold(increment: 0.1)) { _ in false }
    #expect(result.rounds.count == 1 && result.end == .nothingAccepted)
  }

  @Test func roundsEndAtTheLimit() {
    let result = campaign(AdaptiveThreshold(increment: 1, limit: 25)) { _ in true }
    #expect(result.rounds.count == 25 && result.end == .roundLimit)
    #expect(result.rounds.map(\.threshold) == (0..<25).map(Double.init))
  }

  /// Random networks, noisy ones among them: it always ends, starts from rounds that were accepted, and finds the
  /// largest threshold that holds where there is one.
  @Test func campaignsOfAnyKind() {
    var state: UInt64 = 7
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    for number in 0..<2000 {
      let (edge, noise) = (random() * 20, number % 3 == 0 ? random() * 0.4 : 0)
      var accepted = Set<Int>()
      var (wrong, best) = (0, 0.0)
      let floor = 1e-3
      let result = campaign(AdaptiveThreshold(increment: 0.05 + random() * 3, floor: floor, limit: 400)) { round in
        if let start = round.start, !accepted.contains(start) { wrong += 1 }
        let holds = round.number == 0 || (round.threshold <= edge && random() >= noise)
        if holds { accepted.insert(round.number) }
        if holds { best = max(best, round.threshold) }
        return holds
      }
      #expect(wrong == 0 && result.rounds.count <= 400)
      #expect(result.policy.accepted.allSatisfy { $0.number == 0 || $0.threshold <= edge })
      if noise == 0, result.end == .incrementFloor {
        #expect(edge - best <= 8 * floor)
      }
    }
  }

  @Test func stateSurvivesAJournal() throws {
    var policy = AdaptiveThreshold(increment: 0.7)
    for number in 0..<9 { policy.judge(isAccepted: number % 3 != 2) }
    let copy = try JSONDecoder().decode(AdaptiveThreshold.self, from: JSONEncoder().encode(policy))
    #expect(copy == policy)
  }
}

@Suite struct BoundsTests {
  private let bounds = Bounds([.accuracyLoss: 0.5, .latency: 12])

  @Test func verdicts() {
    func verdict(_ loss: MeasuredValue, _ latency: MeasuredValue?) -> Bounds.Verdict {
      var measurement: MeasuredQuantities = [.accuracyLoss: loss]
      measurement[.latency] = latency
      return bounds.verdict(measurement)
    }
    #expect(verdict(.init(0.5), .init(11, lower: 10, upper: 12)) == .within)
    #expect(verdict(.init(0.5), .init(11.5, lower: 11, upper: 12.5)) == .unsure([.latency]))
    #expect(verdict(.init(0.75), .init(11.5, lower: 11, upper: 12.5)) == .broken(.accuracyLoss, by: 0.25))
    #expect(verdict(.init(-1), .init(14, lower: 13, upper: 15)) == .broken(.latency, by: 1))
    #expect(verdict(.init(0), nil) == .unknown([.latency]))
    #expect(Bounds([:]).verdict([:]) == .within)
  }
}
