/// What a criterion says of the channels that can be removed.
///
/// A layer's channel has the criterion's score; a channel of a group the **mean** of its members' scores, each as the
/// criterion gave it, or their sum where scores are changes of the loss (`ScoreScale.loss`). The mean is what DepGraph
/// (Fang et al., CVPR 2023) settled on: a sum would make whatever is joined by many layers important for that alone, and
/// a largest one would let a single layer hold all others.
package struct GroupScores: Sendable {
  /// In the order of the network's groups and of their channels; nil for a group whose layers were not looked at.
  package let byGroup: [[Double]?]

  /// - Throws: `PruningError.notJudged` where the criterion cannot, or where a score is no finite number.
  package init(
    _ coupled: CoupledChannels, _ criterion: any ImportanceCriterion, _ evidence: ImportanceEvidence
  ) throws(PruningError) {
    var byLayer: [Int: [Double]] = [:]
    for (layer, scores) in zip(evidence.layers, try criterion.scores(of: evidence.layers)) {
      guard scores.count == layer.channels, scores.allSatisfy({ $0.isFinite }) else {
        throw .notJudged(
          layer: layer.name, criterion: criterion.name,
          reason: "a score is no finite number: its weights or activations have diverged")
      }
      byLayer[layer.layer] = scores
    }
    self.init(coupled.groups, byLayer: byLayer, addsUp: criterion.scale == .loss)
  }

  /// Scores of layers that are known, put together by group.
  ///
  /// - Parameters:
  ///   - byLayer: By position of the producing node, one a channel.
  ///   - addsUp: Whether a channel's score is the sum of its members' instead of their mean.
  package init(_ groups: [ChannelGroup], byLayer: [Int: [Double]], addsUp: Bool = false) {
    byGroup = groups.map { group in
      guard group.producers.allSatisfy({ byLayer[$0] != nil }) else { return nil }
      return group.channels.map { channel in
        let scores = channel.members.compactMap { member -> Double? in
          guard let scores = byLayer[member.node], scores.indices.contains(member.channel) else { return nil }
          return scores[member.channel]
        }
        return scores.isEmpty ? 0 : scores.reduce(0, +) / (addsUp ? 1 : Double(scores.count))
      }
    }
  }
}
