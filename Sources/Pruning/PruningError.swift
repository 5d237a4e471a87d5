import Graph

/// Why channels cannot be removed.
package enum PruningError: Error, Sendable {
  case graph(GraphError)
  /// Nothing would be left of a layer.
  case emptied(layer: String)
  /// A node whose constants do not say which of its channels are meant.
  case unsupported(node: String, reason: String)

  package var message: String {
    switch self {
    case .graph(let error): error.message
    case .emptied(let layer): "all channels of '\(layer)' would go: keep one at least"
    case .unsupported(let node, let reason): "'\(node)' cannot be pruned: \(reason)"
    }
  }
}
