import AAPPolicy
import Testing

/// Whole campaigns against made-up networks, in milliseconds.
@Suite struct CampaignTests {
  /// A network that has lost a share of its size: accuracy falls slowly, then fast; latency in steps, with a floor.
  private struct Surface {
    var knee = 0.5
    var steps = 12.0
    /// Points that a round's short training leaves behind.
    var shortage = 0.0
    /// Half the width of the latency's interval.
    var spread = 0.0

    func measured(_ removed: Double, isFinal: Bool = false) -> MeasuredQuantities {
      let kept = (1 - removed) * steps
      let latency = 2 + 8 * kept.rounded(.up) / steps
      let loss = 6 * max(0, removed - knee) * max(0, removed - knee) * 4 + removed * 0.3
      return [
        .accuracyLoss: MeasuredValue(removed == 0 ? 0 : loss + (isFinal ? 0 : shortage)),
        .latency: MeasuredValue(latency, lower: latency * (1 - spread), upper: latency * (1 + spread)),
        .parameters: MeasuredValue((1 - removed) * 1e6),
        .planBytes: MeasuredValue((1 - removed) * 4e6 + 5e5),
      ]
    }
  }

  private func network(_ name: String, _ measured: MeasuredQuantities) -> NetworkRecord {
    NetworkRecord(
      name: name, measured: measured, validationTop1: 0.9 - (measured[.accuracyLoss]?.value ?? 0) / 100, layers: [])
  }

  /// Runs a campaign to its end; the share removed follows from the threshold as a selection would have it.
  private func run(
    objective: Quantity, _ bounds: [Quantity: Double], _ surface: Surface, _ options: CampaignPolicy.Options = .init(),
    limits: CampaignState.Limits = .init(), secondsOfRound: Double = 60
  ) throws -> CampaignState {
    let baseline = surface.measured(0)
    var state = CampaignState(
      policy: try CampaignPolicy(objective: objective, bounds: Bounds(bounds), baseline: baseline, options),
      limits: limits)
    var removed: [Int: Double] = [:]
    for _ in 0..<1000 {
      switch state.action {
      case .ended: return state
      case .round(let round):
        var share = round.start.flatMap { removed[$0] } ?? 0
        func way(_ share: Double) -> Double {
          let measured = surface.measured(share)
          return state.policy.way { (measured[$0]?.value ?? 0) / (baseline[$0]?.value ?? 1) }
        }
        while share < 0.99, way(share) < round.threshold { share += 0.005 }
        removed[round.number] = share
        let measured = surface.measured(share)
        let (decision, reason) = state.policy.decision(for: measured) ?? (.rejected, "unsure")
        state.record(
          RoundRecord(
            round: round, decision: decision, reason: reason, network: network("round-\(round.number)", measured),
            seconds: secondsOfRound))
      case .finalTraining(let training):
        let measured = surface.measured(removed[training.round] ?? 0, isFinal: true)
        let decision: RoundRecord.Decision = state.policy.finalDecision(for: measured)?.0 ?? .rejected
        state.record(
          CampaignState.FinalRecord(
            training: training, decision: decision, reason: "", network: network("final", measured),
            seconds: training.seconds ?? 600))
      }
    }
    Issue.record("a campaign without an end")
    return state
  }

  @Test func accuracyCritical() throws {
    let state = try run(objective: .latency, [.accuracyLoss: 0.5], Surface())
    let best = try #require(state.best)
    #expect((best.measured[.accuracyLoss]?.value ?? 9) <= 0.5)
    // The bound is met at 60 % removed or so: latency in steps of two thirds of a millisecond.
    #expect((best.measured[.latency]?.value ?? 99) <= 6.1)
    #expect(state.finals.count == 1)
  }

  @Test func latencySensitive() throws {
    let state = try run(objective: .accuracyLoss, [.latency: 6], Surface())
    let best = try #require(state.best)
    let latency = try #require(best.measured[.latency]?.value)
    #expect(latency <= 6 && latency >= 5.3)
    #expect(state.policy.isReached || state.policy.next == .ended(.incrementFloor))
  }

  @Test func memoryConstrainedInFewRounds() throws {
    let state = try run(objective: .accuracyLoss, [.planBytes: 1.8e6], Surface())
    let bytes = try #require(state.best?.measured[.planBytes]?.value)
    #expect(bytes <= 1.8e6 && bytes >= 1.6e6)
    #expect(state.rounds.count < 12)
  }

  @Test func severalBoundsAtOnce() throws {
    let state = try run(objective: .parameters, [.latency: 8, .planBytes: 3e6, .accuracyLoss: 1], Surface())
    let best = try #require(state.best?.measured)
    #expect(Bounds([.latency: 8, .planBytes: 3e6, .accuracyLoss: 1]).verdict(best) == .within)
  }

  /// A target is met in steps of its own; what is left of the objective by then is reduced further.
  @Test func targetsComeBeforeTheObjective() throws {
    var options = CampaignPolicy.Options()
    options.increment = 0.25
    let state = try run(objective: .parameters, [.latency: 8, .accuracyLoss: 1], Surface(), options)
    let first = try #require(state.rounds.firstIndex { $0.decision == .accepted })
    let (met, best) = (state.rounds[first].network.measured, try #require(state.best?.measured))
    // Latency comes in steps: three rounds of a quarter of the way are enough.
    #expect(first == 3 && state.rounds[4].network.measured[.parameters] != met[.parameters])
    let (before, after) = (try #require(met[.parameters]?.value), try #require(best[.parameters]?.value))
    #expect(before <= 0.85e6 && after <= 0.7 * before)
  }

  /// Latency comes in four steps, each two of the threshold's: a round that grows from how far its network has really come
  /// always takes something away.
  @Test func roundsGrowFromWhatIsMeasured() throws {
    func idleRounds(growsFromMeasured: Bool) throws -> Int {
      var surface = Surface()
      surface.steps = 4
      var options = CampaignPolicy.Options()
      options.increment = 0.1
      options.limit = 12
      options.growsFromMeasured = growsFromMeasured
      let state = try run(objective: .parameters, [.latency: 4, .accuracyLoss: 9], surface, options)
      let kept = state.rounds.filter { $0.decision == .accepted || $0.decision == .onward }
      return zip(kept, kept.dropFirst()).count { $0.network.measured == $1.network.measured }
    }
    #expect(try idleRounds(growsFromMeasured: false) > 0)
    #expect(try idleRounds(growsFromMeasured: true) == 0)
  }

  /// Targets that are not met, and the objective.
  @Test func whatIsPending() throws {
    let baseline = Surface().measured(0)
    let policy = try CampaignPolicy(
      objective: .latency, bounds: Bounds([.parameters: 5e5, .planBytes: 3e6, .accuracyLoss: 1]), baseline: baseline)
    #expect(policy.pending({ _ in 1 }) == [.parameters: 1, .planBytes: 1, .latency: 0.2])
    #expect(policy.pending({ $0 == .parameters ? 0.5 : 1 }) == [.planBytes: 1, .latency: 0.2])
    #expect(policy.pending({ _ in 0.5 }) == [.latency: 1])
    let memory = try CampaignPolicy(objective: .accuracyLoss, bounds: Bounds([.planBytes: 3e6]), baseline: baseline)
    #expect(memory.pending({ _ in 0.1 }) == [.planBytes: 1])
  }

  /// What a short training leaves behind, the long one wins back.
  @Test func slackIsWonBack() throws {
    var surface = Surface()
    surface.shortage = 0.8
    var options = CampaignPolicy.Options()
    let strict = try run(objective: .latency, [.accuracyLoss: 0.5], surface, options)
    #expect(strict.best?.name == "round-0")
    options.slack = 1
    let relaxed = try run(objective: .latency, [.accuracyLoss: 0.5], surface, options)
    #expect(relaxed.finals.last?.decision == .accepted && relaxed.best?.name == "final")
  }

  /// A final training whose network breaks a bound leaves time for the one before it.
  @Test func aSecondFinalTrainingHasTime() throws {
    var surface = Surface()
    surface.shortage = 0.3
    var options = CampaignPolicy.Options()
    options.slack = 0.4
    var limits = CampaignState.Limits()
    limits.seconds = 3000
    let state = try run(objective: .parameters, [.accuracyLoss: 0.5], surface, options, limits: limits)
    try #require(state.finals.map(\.decision) == [.rejected, .accepted])
    let (first, second) = (state.finals[0].training, state.finals[1].training)
    let searching = state.rounds.reduce(0) { $0 + $1.seconds }
    #expect(first.seconds == (3000 - searching) * 0.6 && second.seconds == 3000 - searching - (first.seconds ?? 0))
    #expect(first.round != second.round && state.best?.name == "final")
    // Where accuracy is what is wanted, all time is the first one's.
    let accuracy = try run(objective: .accuracyLoss, [.parameters: 6e5], Surface(), limits: limits)
    try #require(accuracy.finals.count == 1)
    #expect(accuracy.finals[0].training.seconds == 3000 - accuracy.rounds.reduce(0) { $0 + $1.seconds })
  }

  /// Random surfaces, bounds and limits: every campaign ends, and nothing accepted breaks a bound.
  @Test func campaignsOfAnyKind() throws {
    var state: UInt64 = 11
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    for number in 0..<500 {
      var surface = Surface()
      surface.knee = random() * 0.8
      surface.steps = 2 + (random() * 60).rounded()
      surface.shortage = random() * 2
      surface.spread = number % 4 == 0 ? random() * 0.02 : 0
      var options = CampaignPolicy.Options()
      options.increment = 0.02 + random() * 0.9
      options.slack = random() * 2
      options.limit = 1 + Int(random() * 80)
      options.growsFromMeasured = number % 3 == 0
      var limits = CampaignState.Limits()
      limits.seconds = number % 2 == 0 ? nil : random() * 10_000
      limits.finalTrainings = Int(random() * 3)
      let hasTarget = random() < 0.5
      var bounds: [Quantity: Double] = hasTarget ? [.latency: 3 + random() * 6] : [:]
      if !hasTarget || random() < 0.5 { bounds[.accuracyLoss] = random() * 3 }
      let objective: Quantity = hasTarget && random() < 0.5 ? .accuracyLoss : .parameters
      let end = try run(objective: objective, bounds, surface, options, limits: limits)
      for network in end.accepted { #expect(Bounds(bounds).verdict(network.measured) == .within) }
      #expect(end.rounds.count <= options.limit)
      if let seconds = limits.seconds { #expect(end.seconds <= max(seconds, 60) + 60) }
      if let best = end.best { #expect(end.accepted.contains(best)) }
      let front = end.front(.parameters)
      for (a, b) in zip(front, front.dropFirst()) { #expect(a.validationTop1 <= b.validationTop1) }
    }
  }

  @Test func vainCampaignsAreRefused() {
    let baseline = Surface().measured(0)
    func refusal(_ objective: Quantity, _ bounds: [Quantity: Double]) -> PolicyError? {
      do {
        _ = try CampaignPolicy(objective: objective, bounds: Bounds(bounds), baseline: baseline)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal(.latency, [:]) == .unbounded(objective: .latency))
    #expect(refusal(.accuracyLoss, [.latency: 20]) == .nothingToDo)
    #expect(refusal(.latency, [.accuracyLoss: -1]) == .unreachable(.accuracyLoss, limit: -1, baseline: 0))
    #expect(refusal(.latency, [.latency: 0]) == .invalidLimit(.latency, 0))
    #expect(refusal(.latency, [.accuracyLoss: 0]) == nil)
    #expect(refusal(.accuracyLoss, [.latency: 5]) == nil)
  }
}
