extension Graph {
  /// Throws unless the graph's invariants hold. O(nodes + values).
  package func validate() throws(GraphError) {
    var available = Set<ValueID>()
    for id in constants.keys {
      guard values.indices.contains(id.index) else { throw .malformed(reason: "a constant without a value") }
      available.insert(id)
    }
    for input in inputs {
      guard values.indices.contains(input.index) else { throw .malformed(reason: "an input without a value") }
      available.insert(input)
    }
    for node in nodes {
      for input in node.inputs {
        guard let input else { continue }
        guard values.indices.contains(input.index), available.contains(input) else {
          let name = values.indices.contains(input.index) ? values[input.index].name : "#\(input.index)"
          throw .malformed(reason: "node '\(node.name)' (\(node.op)) uses '\(name)' before anything produces it")
        }
      }
      for output in node.outputs {
        guard let output else { continue }
        guard values.indices.contains(output.index) else {
          throw .malformed(reason: "node '\(node.name)' (\(node.op)) has a result without a value")
        }
        guard available.insert(output).inserted else {
          throw .malformed(reason: "'\(values[output.index].name)' is produced twice, again by node '\(node.name)'")
        }
      }
    }
    for output in outputs where !available.contains(output) {
      let name = values.indices.contains(output.index) ? values[output.index].name : "#\(output.index)"
      throw .malformed(reason: "nothing produces the output '\(name)'")
    }
  }

  /// Brings the nodes into an order in which operands precede their users. Throws on a cycle, naming a node in it.
  ///
  /// Nodes that are in order already keep their order. O(nodes + values).
  package mutating func sortTopologically() throws(GraphError) {
    let producers = producers()
    var state = [UInt8](repeating: 0, count: nodes.count)
    var order: [Int] = []
    order.reserveCapacity(nodes.count)
    // Depth-first by an explicit stack: a chain of 100,000 nodes must not overflow the machine's.
    for root in nodes.indices where state[root] == 0 {
      var stack: [(node: Int, operand: Int)] = [(root, 0)]
      state[root] = 1
      while let (node, operand) = stack.last {
        if operand == nodes[node].inputs.count {
          state[node] = 2
          order.append(node)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].operand += 1
        guard let input = nodes[node].inputs[operand], let producer = producers[input] else { continue }
        if state[producer] == 1 {
          throw .malformed(reason: "the nodes form a cycle through '\(nodes[producer].name)' (\(nodes[producer].op))")
        }
        if state[producer] == 0 {
          state[producer] = 1
          stack.append((producer, 0))
        }
      }
    }
    nodes = order.map { nodes[$0] }
  }
}
