import Compiler
import Graph
import Operators
import Runtime

/// Latencies of layers, measured on the target as they are asked for: predicts networks that were never run there.
///
/// A prediction is the sum of a network's layers plus what the unpruned network takes beyond its own, in proportion to
/// the activations that are left. It chooses what to try; what is accepted is measured.
struct LatencyTable: Sendable {
  /// What layers take, as shares of the unpruned network's time.
  private var entries: [String: Double] = [:]
  private var baseline = Graph(name: "unmeasured")
  private var milliseconds = 1.0
  /// What the unpruned network takes beyond its layers, as a share of it.
  private var overhead = 0.0
  private var activations = 1

  init() {}

  /// Measures the layers of the unpruned network.
  ///
  /// - Parameter milliseconds: That the whole of it takes.
  mutating func calibrate(
    _ baseline: Graph, milliseconds: Double, on target: inout any MeasurementTarget
  ) throws {
    self.baseline = baseline
    self.milliseconds = milliseconds
    let infos = try LatencyTable.infos(of: baseline)
    activations = max(LatencyTable.activations(of: baseline, infos), 1)
    let layers = try self.layers(of: baseline, infos, on: &target)
    overhead = max(0, 1 - layers.reduce(0) { $0 + $1.milliseconds } / milliseconds)
  }

  /// Predicted milliseconds of a whole network.
  mutating func latency(of network: Graph, on target: inout any MeasurementTarget) throws -> Double {
    let infos = try LatencyTable.infos(of: network)
    let layers = try self.layers(of: network, infos, on: &target).reduce(0) { $0 + $1.milliseconds }
    let rest = overhead * Double(LatencyTable.activations(of: network, infos)) / Double(activations)
    return layers + rest * milliseconds
  }

  /// Milliseconds of every layer with weights, by position of its node.
  mutating func layers(
    of network: Graph, on target: inout any MeasurementTarget
  ) throws -> [(node: Int, milliseconds: Double)] {
    try layers(of: network, LatencyTable.infos(of: network), on: &target)
  }

  private mutating func layers(
    of network: Graph, _ infos: [ValueID: ValueInfo], on target: inout any MeasurementTarget
  ) throws -> [(node: Int, milliseconds: Double)] {
    let probes = LatencyTable.probes(of: network, infos)
    try measure(probes.map(\.probe), on: &target)
    return probes.map { ($0.node, (entries[$0.probe.key] ?? 0) * milliseconds) }
  }

  /// Measures what is not known yet of the layers of several networks, which takes the target less time than one network
  /// after the other.
  mutating func measureLayers(of networks: [Graph], on target: inout any MeasurementTarget) throws {
    try measure(
      networks.flatMap { try LatencyTable.probes(of: $0, LatencyTable.infos(of: $0)).map(\.probe) }, on: &target)
  }

  private static func probes(of network: Graph, _ infos: [ValueID: ValueInfo]) -> [(node: Int, probe: LayerProbe)] {
    network.nodes.enumerated().compactMap { position, node in
      LayerProbe(node, in: network, infos: infos).map { (position, $0) }
    }
  }

  private mutating func measure(_ probes: [LayerProbe], on target: inout any MeasurementTarget) throws {
    var seen = Set<String>()
    let missing = probes.filter { entries[$0.key] == nil && seen.insert($0.key).inserted }
    if missing.isEmpty { return }
    let shares = try target.shares(missing.map { ($0.key, $0.graph) }, of: baseline)
    for (probe, share) in zip(missing, shares) { entries[probe.key] = share / Double(probe.repetitions) }
  }

  /// All values for one picture.
  private static func infos(of network: Graph) throws -> [ValueID: ValueInfo] {
    try ShapeInference.infer(network, inputs: InputSpecification(batch: 1).resolve(network))
  }

  private static func activations(of network: Graph, _ infos: [ValueID: ValueInfo]) -> Int {
    network.nodes.reduce(0) { sum, node in
      sum + (node.output(0).flatMap { infos[$0]?.shape.reduce(1, *) } ?? 0)
    }
  }
}
