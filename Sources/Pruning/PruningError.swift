import Graph

/// Why channels cannot be judged or removed.
package enum PruningError: Error, Sendable {
  case graph(GraphError)
  /// Nothing would be left of a layer.
  case emptied(layer: String)
  /// A node whose constants do not say which of its channels are meant.
  case unsupported(node: String, reason: String)
  /// Pictures to judge channels by that cannot be had or do not fit the network.
  case calibration(reason: String)
  /// No importance criterion of this name.
  case unknownCriterion(name: String, known: [String])
  /// A criterion that cannot judge a layer.
  case notJudged(layer: String, criterion: String, reason: String)
  /// Shares of layers that cannot be computed.
  case weighting(reason: String)

  package var message: String {
    switch self {
    case .graph(let error): error.message
    case .emptied(let layer): "all channels of '\(layer)' would go: keep one at least"
    case .unsupported(let node, let reason): "'\(node)' cannot be pruned: \(reason)"
    case .calibration(let reason): "pictures to judge channels by: \(reason)"
    case .unknownCriterion(let name, let known):
      "there is no importance criterion '\(name)': there are \(known.joined(separator: ", "))"
    case .notJudged(let layer, let criterion, let reason): "'\(criterion)' cannot judge layer '\(layer)': \(reason)"
    case .weighting(let reason): "layers cannot be weighted: \(reason)"
    }
  }
}
