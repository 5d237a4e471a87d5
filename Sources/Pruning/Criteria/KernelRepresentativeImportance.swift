/// REPrune: filters that hold a representative of every kind of kernel stay (Park et al., AAAI 2024, arXiv 2402.17862).
///
/// For each input channel the layer's kernels are clustered by Ward's linkage until the share `kept` of them is left as
/// clusters; the largest linkage distance at which any channel got there cuts the trees of all. Filters are then chosen
/// greedily, each the one whose kernels lie in most clusters (one an input channel) that no chosen filter covers yet.
///
/// Score: the share of input channels in which the filter covered a new cluster when it was chosen; below that the order
/// of choice decides, so that the order of scores is the order of choice.
///
/// Reconstruction of details: between filters that cover equally many the one with the larger norm is taken (the paper
/// draws one); `kept` is one half whatever is cut in the end, since a score must not depend on it; of layers so wide that
/// clustering every input channel would take seconds, evenly spaced ones are looked at.
package struct KernelRepresentativeImportance: ImportanceCriterion {
  package static let names = ["reprune"]
  package let name = "reprune"
  private let kept = 0.5
  /// Distances of kernels that a layer may cost.
  private let effort = 300_000_000

  package init?(name: String) { if name != self.name { return nil } }

  /// - Complexity: O(inputs * filters^2 * kernel size).
  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    let filters = layer.filters
    let inputs = self.inputs(of: filters)
    let trees = inputs.map { input -> WardClustering in
      let size = filters.kernelSize
      var points: [Float] = []
      points.reserveCapacity(filters.channels * size)
      for channel in 0..<filters.channels {
        let start = (channel * filters.inputs + input) * size
        points += filters.weights[start..<start + size]
      }
      return WardClustering(points, count: filters.channels, size: size)
    }
    let target = Int((kept * Double(filters.channels)).rounded(.up))
    let cut = trees.map { $0.distance(leaving: target) }.max() ?? 0
    return choose(filters, trees.map { $0.clusters(upTo: cut) })
  }

  private func inputs(of filters: LayerFilters) -> [Int] {
    let cost = filters.channels * filters.channels * max(filters.kernelSize, 1)
    let affordable = min(max(effort / max(cost, 1), 1), filters.inputs)
    return (0..<affordable).map { $0 * filters.inputs / affordable }
  }

  private func choose(_ filters: LayerFilters, _ clusters: [(of: [Int], count: Int)]) -> [Double] {
    let norms = (0..<filters.channels).map { filters[$0].reduce(0) { $0 + Double($1) * Double($1) } }
    var covered = clusters.map { Array(repeating: false, count: $0.count) }
    var gains = Array(repeating: clusters.count, count: filters.channels)
    var left = Array(0..<filters.channels)
    var scores = Array(repeating: 0.0, count: filters.channels)
    while let chosen = left.max(by: { (gains[$0], norms[$0], -$0) < (gains[$1], norms[$1], -$1) }) {
      let rank = Double(left.count) / Double(filters.channels + 1)
      scores[chosen] = (Double(gains[chosen]) + rank) / Double(clusters.count + 1)
      left.removeAll { $0 == chosen }
      for (input, own) in clusters.enumerated() where !covered[input][own.of[chosen]] {
        covered[input][own.of[chosen]] = true
        for other in left where own.of[other] == own.of[chosen] { gains[other] -= 1 }
      }
    }
    return scores
  }
}
