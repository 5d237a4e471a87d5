import AAPPolicy
import Graph
import Runtime

/// A device that latencies and memory are measured on.
///
/// Keys name what is measured: the same key means the same network or layer, so that recorded figures can take the
/// place of measuring.
package protocol MeasurementTarget {
  /// What circumstances tell of it.
  var circumstances: [CampaignSummary.Circumstance] { get }

  /// What it runs: networks are compiled for it.
  var instructionSet: InstructionSet { get }

  /// Times a network beside the unpruned one, in alternation.
  ///
  /// - Parameter isEnough: Asked about what there is so far; false measures longer, up to a limit.
  mutating func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency

  /// Times layers, each alone (one-node graphs), as shares of the unpruned network's time from the same passes: what the
  /// machine does meanwhile leaves them alone.
  mutating func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double]

  /// Peak resident memory of a program that runs the network, in bytes.
  mutating func residentBytes(_ network: Graph, key: String) throws -> Int
}
