import AAPPolicy

/// A campaign's rounds for spreadsheets, `rounds.csv`: RFC 4180, a header line, empty fields for what was not measured.
/// After the rounds its final trainings: they have no number, and started from a round's network as rounds do. Accuracies
/// of test pictures are those of the networks that the campaign ends with; no other has been shown them.
package struct RoundsFile: Sendable, Equatable {
  private static let header = [
    "round", "start", "decision", "reason", "threshold", "increment", "network", "model", "plan", "parameters", "macs",
    "latency_ms_p50", "latency_ms_p50_lower", "latency_ms_p50_upper", "latency_ms_p99", "memory_bytes",
    "peak_rss_bytes", "accuracy_loss_points", "validation_top1", "test_top1", "seconds",
  ]

  /// The file's content.
  package let text: String

  package init(_ summary: CampaignSummary) {
    let ends = [summary.baseline] + summary.front + [summary.best].compactMap { $0 }
    let tests = Dictionary(ends.map { ($0.name, $0.testTop1) }) { $0 ?? $1 }
    let lines = [Self.header] + summary.steps.map { Self.fields($0, test: tests[$0.network.name] ?? nil) }
    text = lines.map { $0.map(Self.escaped).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func fields(_ step: CampaignStep, test: Double?) -> [String] {
    let network = step.network
    func value(_ quantity: Quantity) -> String { decimal(network.figure(quantity)?.value) }
    return [
      step.number.map(String.init) ?? "", step.start.map(String.init) ?? "", step.decision.rawValue, step.reason,
      decimal(step.threshold), decimal(step.increment), network.name, network.model ?? "", network.plan ?? "",
      value(.parameters), value(.multiplyAccumulates), value(.latency),
      decimal(network.figure(.latency)?.lower), decimal(network.figure(.latency)?.upper), value(.slowLatency),
      value(.planBytes), value(.residentBytes), value(.accuracyLoss), decimal(network.validation),
      decimal(test), decimal(step.seconds),
    ]
  }

  private static func decimal(_ value: Double?) -> String {
    value.flatMap { PlainNumber.text($0, decimals: 9) } ?? ""
  }

  private static func escaped(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { $0 == "\"" || $0 == "," || $0 == "\r" || $0 == "\n" }) else {
      return field
    }
    var quoted = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
