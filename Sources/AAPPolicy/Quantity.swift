/// What a pruned network is measured by: every one may bound a campaign, any one may be its objective.
package enum Quantity: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// Points of top-1 accuracy lost on validation pictures: 0.5 is half a percentage point.
  case accuracyLoss = "accuracy-loss"
  /// Median latency of one picture on the target, in milliseconds.
  case latency = "latency-p50"
  /// The latency that one run in a hundred exceeds, in milliseconds.
  case slowLatency = "latency-p99"
  /// Weights and arena of the compiled plan, in bytes.
  case planBytes = "plan-bytes"
  /// Peak resident memory of the program on the target, in bytes.
  case residentBytes = "resident-bytes"
  case parameters
  /// Multiply-accumulates for one picture.
  case multiplyAccumulates = "macs"

  /// How people call it.
  package var title: String {
    switch self {
    case .accuracyLoss: "accuracy lost"
    case .latency: "latency, median"
    case .slowLatency: "latency, 99th percentile"
    case .planBytes: "weights and arena"
    case .residentBytes: "peak resident memory"
    case .parameters: "parameters"
    case .multiplyAccumulates: "multiply-accumulates"
    }
  }

  /// The unit behind its numbers; empty for counts.
  package var unit: String {
    switch self {
    case .accuracyLoss: "points"
    case .latency, .slowLatency: "ms"
    case .planBytes, .residentBytes: "bytes"
    case .parameters, .multiplyAccumulates: ""
    }
  }

  /// Whether its numbers are whole.
  package var isWhole: Bool {
    switch self {
    case .planBytes, .residentBytes, .parameters, .multiplyAccumulates: true
    case .accuracyLoss, .latency, .slowLatency: false
    }
  }
}
