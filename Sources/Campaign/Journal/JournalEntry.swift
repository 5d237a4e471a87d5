import AAPPolicy

/// A line of a campaign's journal.
package enum JournalEntry: Sendable, Equatable, Codable {
  /// The first line: what the campaign is of.
  case began(header: JournalHeader)
  /// The unpruned network, measured. Seconds that it took are missing in journals of older versions.
  case baseline(network: NetworkRecord, latency: PairedLatency, secondsPerEpoch: Double, seconds: Double?)
  case round(record: RoundRecord, training: TrainingRecord)
  case final(record: CampaignState.FinalRecord, training: TrainingRecord)
}

/// What a journal's campaign is of: going on needs the same again.
package struct JournalHeader: Sendable, Equatable, Codable {
  package var version = 1
  package var program: String
  package var began: String
  /// The job's keys as written.
  package var settings: [String: String]
  /// Hash of the model file.
  package var model: String
  /// Hash of the decoded pictures and their labels.
  package var pictures: String

  package init(program: String, began: String, settings: [String: String], model: String, pictures: String) {
    self.program = program
    self.began = began
    self.settings = settings
    self.model = model
    self.pictures = pictures
  }

  /// Keys that may change between one run and the next: they end a campaign later or earlier, or change how it is
  /// measured, not what was found.
  package static let free: Set<String> = [
    "budget", "search-share", "rounds", "final-epochs", "final-trainings", "training-threads", "measure-seconds",
    "test",
  ]

  /// What differs from another header, in words; nil where nothing does that matters.
  package func difference(from old: JournalHeader) -> String? {
    if version != old.version { return "it was written by another version of the program (\(old.program))" }
    for name in Set(settings.keys).union(old.settings.keys).sorted() where !JournalHeader.free.contains(name) {
      let (now, before) = (settings[name], old.settings[name])
      if now != before {
        return
          "'\(name)' was \(before.map { "'\($0)'" } ?? "not given"), now it is \(now.map { "'\($0)'" } ?? "not given")"
      }
    }
    if model != old.model { return "the model file has changed" }
    if pictures != old.pictures { return "the data set has changed" }
    return nil
  }
}

/// What a round's training looked like: later rounds learn from it.
package struct TrainingRecord: Sendable, Equatable, Codable {
  package var epochs: Int
  /// With judging and everything else that an epoch needs.
  package var secondsPerEpoch: Double
  /// Validation accuracy after each epoch, fractions of 1; the first is before training.
  package var validationTop1: [Double]

  package init(epochs: Int, secondsPerEpoch: Double, validationTop1: [Double]) {
    self.epochs = epochs
    self.secondsPerEpoch = secondsPerEpoch
    self.validationTop1 = validationTop1
  }
}
