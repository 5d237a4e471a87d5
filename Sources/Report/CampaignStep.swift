import AAPPolicy

/// A round or a final training, by what tables have of both.
struct CampaignStep {
  /// The round's; nil for a final training.
  let number: Int?
  /// The round whose network it started from.
  let start: Int?
  /// The round's; nil for a final training.
  let threshold: Double?
  let increment: Double?
  let decision: RoundRecord.Decision
  let reason: String
  let network: NetworkRecord
  let seconds: Double

  init(_ record: RoundRecord) {
    (number, start) = (record.round.number, record.round.start)
    (threshold, increment) = (record.round.threshold, record.round.increment)
    (decision, reason, network, seconds) = (record.decision, record.reason, record.network, record.seconds)
  }

  init(_ record: CampaignState.FinalRecord) {
    (number, start) = (nil, record.training.round)
    (threshold, increment) = (nil, nil)
    (decision, reason, network, seconds) = (record.decision, record.reason, record.network, record.seconds)
  }
}

extension CampaignSummary {
  /// The rounds, and the final trainings after them.
  var steps: [CampaignStep] { rounds.map(CampaignStep.init) + finals.map(CampaignStep.init) }
}
