import Graph

/// Rewrites nodes of older opsets in the newest opset's form.
enum Upgrader {
  /// The graph with all nodes upgraded. `opsets` gives the opset of each node by its first result.
  static func upgrade(_ graph: Graph, opsets: [ValueID: Int]) throws(ImportFailure) -> Graph {
    var context = UpgradeContext(graph)
    for original in graph.nodes {
      var node = original
      let opset = node.outputs.lazy.compactMap { $0 }.first.flatMap { opsets[$0] } ?? OpsetTable.supported.upperBound
      guard let history = OperatorHistory.table[node.op] else { throw .unsupported("operator \(node.op)") }
      for change in history.changes where opset < change.opset { try change.upgrade(&node, &context) }
      context.finish(node)
    }
    return context.finished()
  }
}

extension Node {
  /// What the node is called in messages.
  var description: String { "node '\(name)' (\(op))" }

  /// Takes an integer attribute away from the node.
  mutating func removeInt(_ name: String) throws(ImportFailure) -> Int? {
    switch attributes.removeValue(forKey: name) {
    case nil: return nil
    case .int(let value): return value
    default: throw .malformed("attribute '\(name)' of \(description) must be an integer")
    }
  }

  /// Takes a list of integers away from the node.
  mutating func removeInts(_ name: String) throws(ImportFailure) -> [Int]? {
    switch attributes.removeValue(forKey: name) {
    case nil: return nil
    case .ints(let value): return value
    default: throw .malformed("attribute '\(name)' of \(description) must be a list of integers")
    }
  }

  /// Takes a float away from the node.
  mutating func removeFloat(_ name: String) throws(ImportFailure) -> Float? {
    switch attributes.removeValue(forKey: name) {
    case nil: return nil
    case .float(let value): return value
    default: throw .malformed("attribute '\(name)' of \(description) must be a float")
    }
  }

  /// Sets an operand, filling those before it with left-out ones.
  mutating func setInput(_ position: Int, _ value: ValueID?) {
    while inputs.count <= position { inputs.append(nil) }
    inputs[position] = value
  }
}
