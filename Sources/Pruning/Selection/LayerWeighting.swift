import Compiler
import Graph
import Runtime

/// What is to become less: each group's share of it decides how much is cut there.
package enum LayerWeighting: Sendable, Equatable {
  /// Elements of weights and biases (AAP's objective of fewer parameters).
  case parameters
  /// Multiply-accumulates (AAP's objective of fewer FLOPs).
  case multiplyAccumulates
  /// Bytes of results, for one picture.
  case activationMemory
  /// Milliseconds of layers by position of their node, measured on the target; layers that are missing take none.
  case latencies([Int: Double])

  /// Each group's share, in the order of the network's groups; 0 for those out of scope. They sum to 1.
  ///
  /// As in the paper a layer's quantity is its own: what its consumers lose with it counts for them. A layer that has
  /// channels of several groups is divided by their numbers.
  ///
  /// - Throws: `PruningError.weighting` where nothing is left to share, or for a latency that is negative or not finite.
  package func shares(_ coupled: CoupledChannels, scope: GroupScope = .all) throws(PruningError) -> [Double] {
    let perChannel = try quantities(coupled)
    let amounts = coupled.groups.map { group in
      guard scope.admits(group) else { return 0.0 }
      // Group after group in the same order: the sum is the same bits every time.
      return group.channels.reduce(0) { sum, channel in
        channel.members.reduce(sum) { $0 + (perChannel[$1.node] ?? 0) }
      }
    }
    let total = amounts.reduce(0, +)
    guard total > 0, total.isFinite else { throw .weighting(reason: "no layer that may be cut has any \(subject)") }
    return amounts.map { $0 / total }
  }

  private var subject: String {
    switch self {
    case .parameters: "parameters"
    case .multiplyAccumulates: "multiply-accumulates"
    case .activationMemory: "activation memory"
    case .latencies: "measured latency"
    }
  }

  /// A producing layer's quantity for one of its channels.
  private func quantities(_ coupled: CoupledChannels) throws(PruningError) -> [Int: Double] {
    if case .latencies(let given) = self, given.values.contains(where: { !$0.isFinite || $0 < 0 }) {
      throw .weighting(reason: "a latency is negative or not finite")
    }
    let statistics = GraphStatistics(coupled.graph, infos: coupled.infos)
    var result: [Int: Double] = [:]
    let points = try coupled.activationPoints(of: Set(coupled.groups.flatMap(\.producers)).sorted())
    for point in points {
      let layer = statistics.layers[point.layer]
      let amount: Double
      switch self {
      case .parameters: amount = Double(layer.parameters)
      case .multiplyAccumulates: amount = Double(layer.multiplyAccumulates)
      case .activationMemory:
        let type = coupled.graph.nodes[point.layer].output(0).flatMap { coupled.infos[$0]?.type }
        amount = Double(layer.outputShape.reduce(1, *) * (type?.byteCount ?? 4))
      case .latencies(let given): amount = given[point.layer] ?? 0
      }
      result[point.layer] = amount / Double(max(point.channels, 1))
    }
    return result
  }
}
