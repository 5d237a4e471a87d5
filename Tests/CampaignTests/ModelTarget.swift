import AAPPolicy
import Campaign
import Compiler
import Graph
import Operators
import Runtime
import Synchronization

/// A device that exists on paper: a layer takes a microsecond for every thousand multiply-accumulates, channels in tiles
/// of eight; a network, its layers and a tenth of a millisecond.
struct ModelTarget: MeasurementTarget {
  let circumstances = [CampaignSummary.Circumstance("target", "on paper")]
  var instructionSet = InstructionSet.best
  /// What layers take beyond that, as a share: measured anew, a machine tells others.
  var drift = 0.0
  /// Half the width of intervals.
  var spread = 0.001
  /// Counts what is asked, for tests that stop in the middle.
  let asked = Counter()

  final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func count() { value.add(1, ordering: .relaxed) }
    var total: Int { value.load(ordering: .relaxed) }
  }

  func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    asked.count()
    func value(_ number: Double) -> MeasuredValue {
      MeasuredValue(number, lower: number * (1 - spread), upper: number * (1 + spread))
    }
    let (own, other) = (try milliseconds(candidate) + 0.1, try milliseconds(baseline) + 0.1)
    let latency = PairedLatency(
      median: value(own), p99: value(own * 1.2), baselineMedian: value(other), ratio: value(own / other), findings: [])
    _ = isEnough(latency)
    return latency
  }

  func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    let whole = try milliseconds(baseline) + 0.1
    return try layers.enumerated().map { try milliseconds($1.graph) / whole * (1 + drift * Double($0 % 3)) }
  }

  func residentBytes(_ network: Graph, key: String) throws -> Int { 10_000_000 }

  private func milliseconds(_ network: Graph) throws -> Double {
    let open = network.withOpenBatch()
    let infos = try ShapeInference.infer(open, inputs: InputSpecification(batch: 1).resolve(open))
    return Double(GraphStatistics(open, infos: infos).multiplyAccumulates) / 1e6
  }
}
