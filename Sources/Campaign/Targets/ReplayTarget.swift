import AAPPolicy
import Graph
import Runtime

/// Answers with recorded figures instead of measuring: the same decisions on every machine, at once.
package struct ReplayTarget: MeasurementTarget {
  private let path: String
  private let figures: RecordedFigures

  package init(path: String) throws(TargetError) {
    self.path = path
    figures = try RecordedFigures(path: path)
  }

  package var circumstances: [CampaignSummary.Circumstance] {
    figures.circumstances + [CampaignSummary.Circumstance("latencies", "recorded, from \(path)")]
  }

  /// Of this machine: recordings are made on it.
  package var instructionSet: InstructionSet { .best }

  package func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    guard let latency = figures.networks[key] else { throw missing("network \(key)") }
    return latency
  }

  package func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    try layers.map { layer in
      guard let share = figures.layers[layer.key] else { throw missing("layer \(layer.key)") }
      return share
    }
  }

  package func residentBytes(_ network: Graph, key: String) throws -> Int {
    guard let bytes = figures.residentBytes[key] else { throw missing("memory of network \(key)") }
    return bytes
  }

  private func missing(_ what: String) -> TargetError {
    .recording(path: path, reason: "has no figure for \(what): record with the same job and seed")
  }
}
