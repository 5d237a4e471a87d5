import AAPPolicy

/// A campaign's rounds for spreadsheets, `rounds.csv`: RFC 4180, a header line, empty fields for what was not measured.
package struct RoundsFile: Sendable, Equatable {
  private static let header = [
    "round", "start", "decision", "reason", "threshold", "increment", "network", "model", "plan", "parameters", "macs",
    "latency_ms_p50", "latency_ms_p50_lower", "latency_ms_p50_upper", "latency_ms_p99", "memory_bytes",
    "peak_rss_bytes", "accuracy_loss_points", "validation_top1", "test_top1", "seconds",
  ]

  /// The file's content.
  package let text: String

  package init(_ summary: CampaignSummary) {
    let lines = [Self.header] + summary.rounds.map(Self.fields)
    text = lines.map { $0.map(Self.escaped).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func fields(_ record: RoundRecord) -> [String] {
    let network = record.network
    func value(_ quantity: Quantity) -> String { number(network.figure(quantity)?.value) }
    return [
      String(record.round.number), record.round.start.map(String.init) ?? "", record.decision.rawValue, record.reason,
      number(record.round.threshold), number(record.round.increment), network.name, network.model ?? "",
      network.plan ?? "", value(.parameters), value(.multiplyAccumulates), value(.latency),
      number(network.figure(.latency)?.lower), number(network.figure(.latency)?.upper), value(.slowLatency),
      value(.planBytes), value(.residentBytes), value(.accuracyLoss), number(network.validation),
      number(network.testTop1), number(record.seconds),
    ]
  }

  private static func number(_ value: Double?) -> String {
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
