import AAPPolicy

/// What came of a campaign, in one sentence: "resnet20: 2.13 ms → 1.21 ms (−43 %), 88.4 % → 88.1 % on validation,
/// 512 kB → 301 kB, 41 % of the parameters".
package struct Outcome: Sendable, Equatable {
  package let title: String
  /// The sentence's parts after the title; commas stand between them.
  package let phrases: [String]

  package init(_ summary: CampaignSummary) {
    title = summary.title
    let baseline = summary.baseline
    guard let best = summary.best else {
      let state =
        summary.rounds.isEmpty ? "no round has ended yet" : "no network within all bounds after \(summary.work)"
      let figures = [
        baseline.figure(.latency).map { "baseline " + FigureText.milliseconds($0.value) },
        baseline.validation.map { "\(FigureText.percent($0)) on validation" },
        baseline.figure(.planBytes).map { FigureText.bytes($0.value) },
      ]
      phrases = [state] + figures.compactMap { $0 }
      return
    }
    var phrases: [String] = []
    if let (before, after) = Self.both(.latency, baseline, best) {
      let change = FigureText.change(from: before, to: after).map { " (\($0))" } ?? ""
      phrases.append("\(FigureText.milliseconds(before)) → \(FigureText.milliseconds(after))\(change)")
    }
    if let before = baseline.validation, let after = best.validation {
      phrases.append("\(FigureText.percent(before)) → \(FigureText.percent(after)) on validation")
    }
    if let (before, after) = Self.both(.planBytes, baseline, best) {
      phrases.append("\(FigureText.bytes(before)) → \(FigureText.bytes(after))")
    }
    if let share = best.share(of: baseline, .parameters) {
      phrases.append("\(FigureText.percent(share, decimals: 0)) of the parameters")
    }
    self.phrases = phrases.isEmpty ? ["\(best.name) was chosen, without measured figures"] : phrases
  }

  /// The sentence.
  package var text: String { "\(title): \(phrases.joined(separator: ", "))" }

  private static func both(
    _ quantity: Quantity, _ baseline: NetworkRecord, _ best: NetworkRecord
  ) -> (Double, Double)? {
    guard let before = baseline.figure(quantity), let after = best.figure(quantity) else { return nil }
    return (before.value, after.value)
  }
}
