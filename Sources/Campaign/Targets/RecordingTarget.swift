import AAPPolicy
import Graph
import Runtime
import Training

/// Measures on another target and keeps every figure in a file, for `ReplayTarget`. What the file has already is not
/// measured again: layers, and networks of the same name and structure.
package struct RecordingTarget<Target: MeasurementTarget>: MeasurementTarget {
  private var target: Target
  private let path: String
  private var figures = RecordedFigures()

  package init(_ target: Target, path: String, isContinued: Bool) throws(TargetError) {
    self.target = target
    self.path = path
    if isContinued { figures = try RecordedFigures(path: path) }
    figures.circumstances = target.circumstances
  }

  package var circumstances: [CampaignSummary.Circumstance] { target.circumstances }
  package var instructionSet: InstructionSet { target.instructionSet }

  package mutating func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    forgetOthers(than: candidate, key)
    if let known = figures.networks[key] { return known }
    let latency = try target.compare(candidate, to: baseline, key: key, isEnough: isEnough)
    figures.networks[key] = latency
    try figures.write(to: path)
    return latency
  }

  package mutating func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    let unknown = layers.filter { figures.layers[$0.key] == nil }
    if !unknown.isEmpty {
      for (layer, share) in zip(unknown, try target.shares(unknown, of: baseline)) { figures.layers[layer.key] = share }
      try figures.write(to: path)
    }
    return layers.map { figures.layers[$0.key] ?? 0 }
  }

  package mutating func residentBytes(_ network: Graph, key: String) throws -> Int {
    forgetOthers(than: network, key)
    if let known = figures.residentBytes[key] { return known }
    let bytes = try target.residentBytes(network, key: key)
    figures.residentBytes[key] = bytes
    try figures.write(to: path)
    return bytes
  }

  /// Another campaign's network may have had the name.
  private mutating func forgetOthers(than network: Graph, _ key: String) {
    let structure = String(NetworkFingerprint(network).hash, radix: 16)
    guard figures.structures?[key] != structure else { return }
    figures.networks[key] = nil
    figures.residentBytes[key] = nil
    figures.structures = (figures.structures ?? [:]).merging([key: structure]) { $1 }
  }
}
