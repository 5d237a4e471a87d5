/// What can be wrong with a graph: all of it exit code 65.
package enum GraphError: Error, Sendable {
  /// The graph contradicts itself: a cycle, a missing value, two producers.
  case malformed(reason: String)
  /// A node whose operands, attributes or shapes do not fit its operator.
  case invalidNode(node: String, op: String, reason: String)
  /// A node that asks for something this product does not do.
  case unsupportedNode(node: String, op: String, reason: String)
  /// A node whose result's shape depends on the value of a graph input that was not given.
  case valueNeeded(node: String, op: String, input: String)
  /// An input of the graph got the wrong type or shape, or none.
  case input(name: String, reason: String)

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .malformed(let reason): "the graph is malformed: \(reason)"
    case .invalidNode(let node, let op, let reason): "node '\(node)' (\(op)): \(reason)"
    case .unsupportedNode(let node, let op, let reason): "node '\(node)' (\(op)) is not supported: \(reason)"
    case .valueNeeded(let node, let op, let input):
      "node '\(node)' (\(op)): its shape depends on the value of input '\(input)': give that value"
    case .input(let name, let reason): "input '\(name)': \(reason)"
    }
  }
}
