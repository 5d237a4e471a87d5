/// A round of a campaign, as its journal has it.
package struct RoundRecord: Sendable, Equatable, Codable {
  package enum Decision: String, Sendable, Codable, CaseIterable {
    /// Every bound holds.
    case accepted
    /// On the way: what must not be lost holds, what is to be reached is not reached yet.
    case onward
    /// A bound is broken.
    case rejected
    /// Given up half way through its training: the accuracy would not have come back.
    case rejectedEarly = "rejected-early"
  }

  package var round: AdaptiveThreshold.Round
  package var decision: Decision
  /// Why, for people: "accuracy lost 0.8 points, 0.5 allowed".
  package var reason: String
  package var network: NetworkRecord
  /// Spent on the round.
  package var seconds: Double

  package init(
    round: AdaptiveThreshold.Round, decision: Decision, reason: String, network: NetworkRecord, seconds: Double
  ) {
    self.round = round
    self.decision = decision
    self.reason = reason
    self.network = network
    self.seconds = seconds
  }
}
