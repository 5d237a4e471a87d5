import Foundation

/// CLR-RNF: cross-layer ranking of weights decides how many filters a layer keeps, k-reciprocal nearest filters which
/// (Lin et al., IEEE TNNLS 2022, arXiv 2202.07190).
///
/// Ranking: every weight has the importance `|w| / m^lambda`, m the layer's multiply-accumulates over those of the first
/// layer. All weights of all layers are ranked together; at a rate r of pruning the lowest share r of them goes, and a
/// layer that lost the share p of its weights keeps `floor(n (1 - p))` of its n filters.
///
/// Choice: every filter recommends its k nearest ones, itself first; kept are those that all recommend, with k just large
/// enough. A filter that is among the k nearest of all only from k = its largest rank in anybody's list comes in then: the
/// order of these ranks is the order in which filters are kept, however many are.
///
/// Here the two make one score: that of the filter kept as the j-th of its layer is the rate r at which the layer no
/// longer keeps j, so that a threshold over all layers cuts what the method cuts at that rate. Scores are of [0, 1] and
/// compare across layers as they are: rank them by `.raw`. A filter of zeros is near all others and is kept: this is the
/// method's own view.
///
/// Reconstruction of details: ties by mean rank, then position (drawn at random by the authors); lambda = 0.5 (theirs is
/// 0.4 to 10, by network).
package struct CrossLayerRankingImportance: ImportanceCriterion {
  package static let names = ["clr-rnf"]
  package let name = "clr-rnf"
  package let scale = ScoreScale.network
  private let lambda = 0.5

  package init?(name: String) { if name != self.name { return nil } }

  package func scores(of layer: LayerEvidence) throws(PruningError) -> [Double] {
    try scores(of: [layer]).first ?? []
  }

  /// - Complexity: O(weights log weights + filters^2 (filter size + log filters)).
  package func scores(of layers: [LayerEvidence]) throws(PruningError) -> [[Double]] {
    let first = Double(max(layers.first?.multiplyAccumulates ?? 1, 1))
    let importances = layers.map { layer -> [Float] in
      let work = Double(max(layer.multiplyAccumulates, 1)) / first
      let factor = Float(pow(work, -lambda))
      return layer.filters.weights.map { abs($0) * factor }.sorted()
    }
    let all = importances.flatMap { $0 }.sorted()
    return zip(layers, importances).map { layer, sorted in
      let order = CrossLayerRankingImportance.order(layer.filters)
      var scores = Array(repeating: 0.0, count: layer.channels)
      for (place, filter) in order.enumerated() {
        // Where this weight goes, too many have gone for the layer to keep `place + 1` filters.
        let decisive = sorted[sorted.count * (order.count - place - 1) / order.count]
        let rank = Double(CrossLayerRankingImportance.count(below: decisive, in: all))
        // Less than a rank apart where weights are equal: the layer's own order stays.
        let offset = Double(order.count - place) / Double(order.count + 1)
        scores[filter] = (rank + offset) / Double(all.count + 1)
      }
      return scores
    }
  }

  /// Filters in the order in which they are kept.
  static func order(_ filters: LayerFilters) -> [Int] {
    let distances = FilterDistances(filters)
    var largest = Array(repeating: 0, count: filters.channels)
    var sums = largest
    for filter in 0..<filters.channels {
      let own = Array(distances[filter])
      // Itself first, even beside an equal one.
      let nearest = own.indices.sorted { a, b in
        a == filter || b == filter ? a == filter && b != filter : (own[a], a) < (own[b], b)
      }
      for (rank, other) in nearest.enumerated() {
        largest[other] = max(largest[other], rank)
        sums[other] += rank
      }
    }
    return (0..<filters.channels).sorted { (largest[$0], sums[$0], $0) < (largest[$1], sums[$1], $1) }
  }

  /// How many elements of a sorted array are less.
  private static func count(below value: Float, in sorted: [Float]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
