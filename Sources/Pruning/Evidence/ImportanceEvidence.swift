import Compiler
import Graph
import Operators
import Runtime

/// What channels are judged by, collected once for each round of pruning.
///
///     let criterion = try ImportanceCriteria.named("attention")
///     let evidence = try ImportanceEvidence(coupled, criterion.needs, batches, threads: 2)
///     let scores = try GroupScores(coupled, criterion, evidence)
///
/// Pictures are streamed: nothing but sums is kept, and how they are cut into batches changes nothing beyond rounding.
package struct ImportanceEvidence: Sendable {
  /// What pictures have to be run for. Weights and normalisations are always known.
  package enum Kind: Sendable, Hashable {
    /// Mean activations: a forward pass.
    case activations
    /// Products of activations and the loss's derivatives by them: forward and backward.
    case gradients
  }

  /// Of all layers that produce channels of the groups in scope, in the order of the graph.
  package let layers: [LayerEvidence]
  /// How many were looked at.
  package let pictures: Int

  /// - Parameters:
  ///   - kinds: What the criterion needs; pictures are run only where it is not empty.
  ///   - batches: Needed where `kinds` is not empty.
  ///   - scope: Which groups' layers are looked at.
  /// - Throws: `PruningError.calibration` for pictures that are missing or do not fit, `.graph` for a network that
  ///   cannot be compiled or has no derivative, `.unsupported` for a layer without constant weights.
  package init(
    _ coupled: CoupledChannels, _ kinds: Set<Kind>, _ batches: (any CalibrationBatches)?,
    scope: GroupScope = .all, threads: Int = 1
  ) throws(PruningError) {
    let producers = Set(coupled.groups.filter { scope.admits($0) }.flatMap(\.producers)).sorted()
    let points = try coupled.activationPoints(of: producers)
    var layers = try ImportanceEvidence.weights(coupled, points)
    var pictures = 0
    if !kinds.isEmpty, !points.isEmpty {
      guard let batches else {
        throw .calibration(reason: "none are given, and this criterion needs some: name a data set")
      }
      let run = EvidenceRun(coupled, points, kinds, threads: threads)
      try batches.forEach { batch throws(PruningError) in try run.add(batch) }
      guard run.pictures > 0 else { throw .calibration(reason: "there are none") }
      pictures = run.pictures
      for index in layers.indices {
        if kinds.contains(.activations) { layers[index].activation = run.activation(index) }
        if kinds.contains(.gradients) { layers[index].gateGradients = run.gateGradients(index) }
      }
    }
    self.layers = layers
    self.pictures = pictures
  }

  /// What is known before anything runs.
  private static func weights(
    _ coupled: CoupledChannels, _ points: [ActivationPoint]
  ) throws(PruningError) -> [LayerEvidence] {
    let (graph, infos) = (coupled.graph, coupled.infos)
    let statistics = GraphStatistics(graph, infos: infos)
    var result: [LayerEvidence] = []
    for point in points {
      let node = graph.nodes[point.layer]
      guard let filters = LayerFilters(node, in: coupled), filters.channels == point.channels else {
        throw .unsupported(node: node.name, reason: "its weights are not known before it runs")
      }
      let normalization = point.normalization.flatMap { position -> LayerEvidence.Normalization? in
        let node = graph.nodes[position]
        func vector(_ operand: Int) -> [Double]? {
          guard let id = node.input(operand) else { return nil }
          return (graph.constants[id] ?? infos[id]?.constant)?.doubles
        }
        guard let scale = vector(1), let bias = vector(2), scale.count == point.channels, bias.count == scale.count
        else { return nil }
        return LayerEvidence.Normalization(scale: scale, bias: bias)
      }
      result.append(
        LayerEvidence(
          layer: point.layer, name: node.name, filters: filters,
          multiplyAccumulates: statistics.layers[point.layer].multiplyAccumulates, normalization: normalization))
    }
    return result
  }
}
