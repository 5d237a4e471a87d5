/// Everything that a campaign's page shows: written as `summary.json` beside its networks.
package struct CampaignSummary: Sendable, Equatable, Codable {
  /// A line of the table of circumstances: "processor", "AMD EPYC".
  package struct Circumstance: Sendable, Equatable, Codable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// How people call the campaign: the model's name.
  package var title: String
  /// The job file's text.
  package var job: String
  /// When it began and ended, ISO 8601.
  package var began: String
  package var ended: String?
  package var circumstances: [Circumstance]
  /// What is minimised.
  package var objective: Quantity
  package var bounds: Bounds
  package var baseline: NetworkRecord
  package var rounds: [RoundRecord]
  /// The long trainings of rounds' networks, in the order they were made.
  package var finals: [CampaignState.FinalRecord]
  /// The networks that no other one beats in accuracy and in the objective (or latency), and the final one.
  package var front: [NetworkRecord]
  /// The network to use; nil while there is none within all bounds.
  package var best: NetworkRecord?
  /// A command line that classifies with it.
  package var command: String?

  package init(
    title: String, job: String, began: String, ended: String? = nil, circumstances: [Circumstance],
    objective: Quantity, bounds: Bounds, baseline: NetworkRecord, rounds: [RoundRecord],
    finals: [CampaignState.FinalRecord], front: [NetworkRecord], best: NetworkRecord? = nil, command: String? = nil
  ) {
    self.title = title
    self.job = job
    self.began = began
    self.ended = ended
    self.circumstances = circumstances
    self.objective = objective
    self.bounds = bounds
    self.baseline = baseline
    self.rounds = rounds
    self.finals = finals
    self.front = front
    self.best = best
    self.command = command
  }
}
