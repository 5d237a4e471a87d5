import Graph

/// What a classifier's output holds: decides whether scores still need a softmax.
package enum OutputKind: String, Sendable {
  case probabilities
  case logits

  /// `probabilities` where a Softmax (or a quantised copy of its result, or a reshape of it) yields the value.
  package static func of(_ value: ValueID, in graph: Graph) -> OutputKind {
    let producers = graph.producers()
    var current = value
    // A handful of steps: the value may be reshaped, or quantised and dequantised.
    for _ in 0..<8 {
      guard let position = producers[current] else { return .logits }
      let node = graph.nodes[position]
      switch node.op {
      case "Softmax": return .probabilities
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "DequantizeLinear", "QuantizeLinear", "Cast":
        guard let input = node.input(0) else { return .logits }
        current = input
      default: return .logits
      }
    }
    return .logits
  }
}
