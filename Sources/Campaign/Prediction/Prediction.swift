import AAPPolicy
import Compiler
import Graph
import Operators

/// What a network is expected to measure, from its sizes and the table of layers' latencies: chooses what is tried.
struct Prediction {
  private let policy: CampaignPolicy
  private let baseline: MeasuredQuantities
  private let milliseconds: Double

  init(baseline: Campaign.Baseline, policy: CampaignPolicy) {
    self.policy = policy
    self.baseline = baseline.record.measured
    milliseconds = baseline.milliseconds
  }

  /// How far a network has come: 0 like the unpruned one, 1 with all targets met.
  func way(_ network: Graph, _ table: inout LatencyTable, _ target: inout any MeasurementTarget) throws -> Double {
    way(try shares(network, &table, &target))
  }

  /// The same, of what `shares` has said.
  func way(_ shares: [Quantity: Double]) -> Double { policy.way { shares[$0] ?? 1 } }

  /// What rounds that start from a network, of which `shares` has said this, should reduce, with the weight of each.
  func pending(_ shares: [Quantity: Double]) -> [Quantity: Double] {
    policy.pending { shares[$0] ?? 1 }
  }

  /// Measures on the target, at once, what predictions of these networks need.
  func prepare(_ networks: [Graph], _ table: inout LatencyTable, _ target: inout any MeasurementTarget) throws {
    guard policy.drivers.contains(where: { $0 == .latency || $0 == .slowLatency }) else { return }
    try table.measureLayers(of: networks, on: &target)
  }

  /// Of every quantity that is to be reduced, what is left of the unpruned network's.
  func shares(
    _ network: Graph, _ table: inout LatencyTable, _ target: inout any MeasurementTarget
  ) throws -> [Quantity: Double] {
    var result: [Quantity: Double] = [:]
    var statistics: GraphStatistics?
    func counted() throws -> GraphStatistics {
      if let statistics { return statistics }
      let infos = try ShapeInference.infer(network, inputs: InputSpecification(batch: 1).resolve(network))
      let counted = GraphStatistics(network, infos: infos)
      statistics = counted
      return counted
    }
    func share(_ value: Double, _ quantity: Quantity) -> Double {
      let before = baseline[quantity]?.value ?? 0
      return before > 0 ? value / before : 1
    }
    for quantity in policy.drivers {
      switch quantity {
      case .latency, .slowLatency:
        result[quantity] = try table.latency(of: network, on: &target) / milliseconds
      case .parameters: result[quantity] = share(Double(try counted().parameters), quantity)
      case .multiplyAccumulates: result[quantity] = share(Double(try counted().multiplyAccumulates), quantity)
      case .planBytes, .residentBytes:
        // What a process needs beside its plan does not shrink.
        let bytes = Double(try Footprint(network, target.instructionSet).planBytes)
        let plan = baseline[.planBytes]?.value ?? bytes
        let before = baseline[quantity]?.value ?? plan
        result[quantity] = before > 0 ? (before - plan + bytes) / before : 1
      case .accuracyLoss: break
      }
    }
    return result
  }
}
