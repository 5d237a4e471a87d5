import Operators

/// How long layers took with each algorithm, in rounds in which every algorithm had its turn.
package struct AlgorithmTimings {
  private typealias Times = [ConvolutionAlgorithm: Double]

  /// Layers of nodes, and what was estimated to be fastest. A name of nodes that differ tells nothing of one of them.
  private let sites: [String: ConvolutionSite]
  private var round: [String: Times] = [:]
  private var best: [String: Times] = [:]

  package init(_ sites: [ConvolutionSite]) {
    self.sites = Dictionary(grouping: Set(sites), by: \.node).compactMapValues { $0.count == 1 ? $0.first : nil }
  }

  /// Adds an instruction's time in this round: a node's instructions, and a layer's nodes, are summed.
  package mutating func add(_ microseconds: Double, node: String, _ algorithm: ConvolutionAlgorithm) {
    guard let layer = sites[node]?.layer else { return }
    round[layer, default: [:]][algorithm, default: 0] += microseconds
  }

  /// Ends a round: of several, the least time counts, as whatever disturbs a measurement makes it longer.
  package mutating func endRound() {
    for (layer, times) in round { best[layer, default: [:]].merge(times, uniquingKeysWith: min) }
    round = [:]
  }

  /// The algorithms that took the least time, by layer.
  ///
  /// - Parameter margin: By how much of its time another must be faster than the estimated one.
  package func fastest(margin: Double) -> [String: ConvolutionAlgorithm] {
    var result: [String: ConvolutionAlgorithm] = [:]
    for site in sites.values {
      guard let times = best[site.layer],
        let least = times.min(by: { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) })
      else { continue }
      let estimated = times[site.algorithm] ?? .infinity
      result[site.layer] = least.value < (1 - margin) * estimated ? least.key : site.algorithm
    }
    return result
  }
}
