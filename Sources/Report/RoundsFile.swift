import AAPPolicy

/// A campaign's rounds for spreadsheets, `rounds.csv`: RFC 4180, a header line, empty fields for what was not measured.
/// After the rounds its final trainings: they have no number, and started from a round's network as rounds do.
package struct RoundsFile: Sendable, Equatable {
  private static let header = [
    "round", "start", "decision", "reason", "threshold", "increment", "network", "model", "plan", "parameters", "macs",
    "latency_ms_p50", "latency_ms_p50_lower", "latency_ms_p50_upper", "latency_ms_p99", "memory_bytes",
    "peak_rss_bytes", "accuracy_loss_points", "validation_top1", "test_top1", "seconds",
  ]

  /// The file's content.
  package let text: String

  package init(_ summary: CampaignSummary) {
    let rounds = summary.rounds.map { record in
      Self.fields(
        number: record.round.number, start: record.round.start, record.decision, record.reason,
        threshold: record.round.threshold, increment: record.round.increment, record.network, seconds: record.seconds)
    }
    let finals = summary.finals.map { record in
      Self.fields(
        number: nil, start: record.training.round, record.decision, record.reason, threshold: nil, increment: nil,
        record.network, seconds: record.seconds)
    }
    let lines = [Self.header] + rounds + finals
    text = lines.map { $0.map(Self.escaped).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func fields(
    number: Int?, start: Int?, _ decision: RoundRecord.Decision, _ reason: String, threshold: Double?,
    increment: Double?, _ network: NetworkRecord, seconds: Double
  ) -> [String] {
    func value(_ quantity: Quantity) -> String { decimal(network.figure(quantity)?.value) }
    return [
      number.map(String.init) ?? "", start.map(String.init) ?? "", decision.rawValue, reason,
      decimal(threshold), decimal(increment), network.name, network.model ?? "", network.plan ?? "",
      value(.parameters), value(.multiplyAccumulates), value(.latency),
      decimal(network.figure(.latency)?.lower), decimal(network.figure(.latency)?.upper), value(.slowLatency),
      value(.planBytes), value(.residentBytes), value(.accuracyLoss), decimal(network.validation),
      decimal(network.testTop1), decimal(seconds),
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
