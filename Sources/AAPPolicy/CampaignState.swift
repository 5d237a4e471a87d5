/// A campaign as a value: what is to be done next follows from what has been recorded, and from nothing else, so that a
/// journal of records is all that going on after an interruption needs.
///
///     var state = CampaignState(policy: policy, limits: limits)
///     loop: while true {
///       switch state.action {
///       case .round(let round): state.record(try prune(round))
///       case .finalTraining(let attempt): state.record(try train(attempt))
///       case .ended: break loop
///       }
///     }
package struct CampaignState: Sendable, Equatable {
  /// How long a campaign may go on.
  package struct Limits: Sendable, Equatable, Codable {
    /// Seconds for everything; nil for as long as it takes.
    package var seconds: Double?
    /// Share of them that searching may take; the rest is for the final training.
    package var searchShare = 0.5
    /// Final trainings at most: another one follows where the first result breaks a bound.
    package var finalTrainings = 2
    /// Share of the time left that a final training may take where its result may break a bound and there is another
    /// network to train after it.
    package var finalShare = 0.6

    package init() {}
  }

  /// A long training of the network of one round.
  package struct FinalTraining: Sendable, Equatable, Codable {
    /// Counts from 1.
    package let attempt: Int
    /// The round whose network is trained.
    package let round: Int
    /// Rounds that there were: where a campaign goes on searching, it trains anew afterwards.
    package let rounds: Int
    /// How long it may take; nil for as long as the job's epochs take.
    package let seconds: Double?

    package init(attempt: Int, round: Int, rounds: Int, seconds: Double?) {
      self.attempt = attempt
      self.round = round
      self.rounds = rounds
      self.seconds = seconds
    }
  }

  /// What a final training came to.
  package struct FinalRecord: Sendable, Equatable, Codable {
    package var training: FinalTraining
    package var decision: RoundRecord.Decision
    package var reason: String
    package var network: NetworkRecord
    package var seconds: Double

    package init(
      training: FinalTraining, decision: RoundRecord.Decision, reason: String, network: NetworkRecord, seconds: Double
    ) {
      self.training = training
      self.decision = decision
      self.reason = reason
      self.network = network
      self.seconds = seconds
    }
  }

  package enum Action: Sendable, Equatable {
    case round(AdaptiveThreshold.Round)
    case finalTraining(FinalTraining)
    case ended
  }

  package private(set) var policy: CampaignPolicy
  package private(set) var rounds: [RoundRecord] = []
  package private(set) var finals: [FinalRecord] = []
  private let limits: Limits
  private let secondsBefore: Double

  /// - Parameter secondsBefore: What making and measuring the unpruned network took.
  package init(policy: CampaignPolicy, limits: Limits, secondsBefore: Double = 0) {
    self.policy = policy
    self.limits = limits
    self.secondsBefore = secondsBefore
  }

  /// What to do now.
  package var action: Action {
    if case .round(let round) = policy.next, round.number == 0 || !isSearchOver {
      return .round(round)
    }
    return nextFinalTraining.map(Action.finalTraining) ?? .ended
  }

  /// Tells how the action's round went.
  package mutating func record(_ round: RoundRecord) {
    rounds.append(round)
    policy.judge(round.decision, round.network.measured)
  }

  /// Tells how the action's final training went.
  package mutating func record(_ final: FinalRecord) { finals.append(final) }

  /// Seconds that the recorded work took.
  package var seconds: Double {
    secondsBefore + rounds.reduce(0) { $0 + $1.seconds } + finals.reduce(0) { $0 + $1.seconds }
  }

  /// Rounds with a network of their own: one that had nothing to remove has the network it started from.
  private var distinctRounds: [RoundRecord] {
    var names = Set<String>()
    return rounds.filter { names.insert($0.network.name).inserted }
  }

  /// Every network within all bounds.
  package var accepted: [NetworkRecord] {
    rounds.filter { $0.decision == .accepted }.map(\.network)
      + finals.filter { $0.decision == .accepted }.map(\.network)
  }

  /// The network to use: of those within all bounds the one with the least of the objective, the more accurate of two
  /// that are equal. The unpruned network where nothing better was found.
  package var best: NetworkRecord? {
    accepted.min { a, b in
      let (x, y) = (a.measured[policy.objective]?.value, b.measured[policy.objective]?.value)
      if let x, let y, x != y { return x < y }
      return a.validationTop1 > b.validationTop1
    }
  }

  /// Accepted networks that no other one beats in accuracy and in a quantity, by that quantity.
  package func front(_ quantity: Quantity) -> [NetworkRecord] {
    func cost(_ network: NetworkRecord) -> Double { network.measured[quantity]?.value ?? .infinity }
    let networks =
      distinctRounds.filter { $0.decision == .accepted || $0.decision == .onward }.map(\.network)
      + finals.filter { $0.decision == .accepted || $0.decision == .onward }.map(\.network)
    return networks.filter { one in
      !networks.contains { other in
        other != one && cost(other) <= cost(one) && other.validationTop1 >= one.validationTop1
          && (cost(other) < cost(one) || other.validationTop1 > one.validationTop1)
      }
    }.sorted { cost($0) < cost($1) }
  }

  private var isSearchOver: Bool {
    guard let total = limits.seconds else { return false }
    return seconds >= total * limits.searchShare
  }

  /// Rounds whose networks a final training may lead within all bounds, the most promising first.
  private var candidates: [RoundRecord] {
    let objective = policy.objective
    func cost(_ record: RoundRecord) -> Double { record.network.measured[objective]?.value ?? .infinity }
    let tried = Set(finals.map(\.training.round))
    return distinctRounds.filter { record in
      guard record.round.number > 0, !tried.contains(record.round.number) else { return false }
      guard record.decision == .accepted || record.decision == .onward else { return false }
      return policy.targets.verdict(record.network.measured) == .within
    }.sorted { a, b in cost(a) != cost(b) ? cost(a) < cost(b) : a.round.number < b.round.number }
  }

  private var nextFinalTraining: FinalTraining? {
    let sinceSearch = finals.filter { $0.training.rounds == rounds.count }
    guard sinceSearch.count < limits.finalTrainings, sinceSearch.last?.decision != .accepted else { return nil }
    let candidates = candidates.filter(isSmallerThanBest)
    guard let candidate = candidates.first else { return nil }
    let left = limits.seconds.map { $0 - seconds }
    if let left, left <= 0 { return nil }
    let isLast = candidates.count == 1 || sinceSearch.count + 1 == limits.finalTrainings
    // What accuracy there is decides nothing where accuracy is all that is wanted.
    let share = isLast || policy.tolerances.limits[.accuracyLoss] == nil ? 1 : limits.finalShare
    return FinalTraining(
      attempt: finals.count + 1, round: candidate.round.number, rounds: rounds.count, seconds: left.map { $0 * share })
  }

  /// Whether training a candidate could give anything better than what there is.
  private func isSmallerThanBest(_ candidate: RoundRecord) -> Bool {
    guard finals.last != nil, let best else { return true }
    let objective = policy.objective
    if objective == .accuracyLoss { return true }
    guard let own = candidate.network.measured[objective]?.value, let least = best.measured[objective]?.value else {
      return true
    }
    return own <= least
  }
}
