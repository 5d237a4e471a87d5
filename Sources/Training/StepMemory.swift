import Graph
import Operators

/// Changes to a step's graph that keep its results and take less memory.
enum StepMemory {
  /// Computes the results of batch normalisations anew where the backward pass needs them, rather than keeping them:
  /// one more pass over the data for nearly half of the activations.
  ///
  /// - Parameter loss: Nodes behind the one that makes it are the backward pass.
  /// - Complexity: O(nodes + uses).
  static func recomputeNormalizations(in graph: inout Graph, infos: inout [ValueID: ValueInfo], after loss: ValueID) {
    guard let last = graph.producers()[loss] else { return }
    let kept = Set(graph.outputs)
    let consumers = graph.consumers()
    // The new node by the position before which it stands.
    var insertions: [Int: [Node]] = [:]
    for position in graph.nodes.indices where position < last {
      let node = graph.nodes[position]
      guard node.op == BatchNormalizationTraining.name, node.input(3) == nil, let y = node.output(0),
        let mean = node.output(1), let variance = node.output(2), !kept.contains(y),
        let users = consumers[y]?.filter({ $0 > last }), let first = users.min()
      else { continue }
      let again = graph.addValue(
        "\(graph.name(of: y))/again", type: graph.values[y.index].type, shape: graph.values[y.index].shape)
      infos[again] = infos[y]
      for user in users {
        graph.nodes[user].inputs = graph.nodes[user].inputs.map { $0 == y ? again : $0 }
      }
      insertions[first, default: []].append(
        Node(
          name: "\(node.name)/again", op: BatchNormalizationApply.name,
          inputs: Array(node.inputs.prefix(3)) + [mean, variance], outputs: [again], attributes: node.attributes))
    }
    graph.nodes = graph.nodes.enumerated().flatMap { (insertions[$0] ?? []) + [$1] }
  }

  /// Moves updates to where their operands are known and nobody needs the old state any more: gradients of all
  /// parameters are then not in memory at once.
  ///
  /// - Complexity: O(nodes + uses).
  static func updateEarly(in graph: inout Graph) {
    let registry = Dictionary(
      uniqueKeysWithValues: trainingOperators.compactMap { type in
        (type as? any UpdateOperator.Type).map { ($0.name, $0.state) }
      })
    let (producers, consumers) = (graph.producers(), graph.consumers())
    // Places of nodes: updates move, what they move behind stands still or has moved already.
    var place = Dictionary(uniqueKeysWithValues: graph.nodes.indices.map { ($0, Double($0)) })
    for position in graph.nodes.indices {
      let node = graph.nodes[position]
      guard let state = registry[node.op] else { continue }
      var earliest = -1.0
      for case let input? in node.inputs {
        if let producer = producers[input] { earliest = max(earliest, place[producer] ?? 0) }
      }
      for case let input? in state.map(node.input) {
        for user in consumers[input] ?? [] where user != position { earliest = max(earliest, place[user] ?? 0) }
      }
      place[position] = earliest + 0.5
    }
    let order = graph.nodes.indices.sorted { a, b in
      let (left, right) = (place[a] ?? 0, place[b] ?? 0)
      return left == right ? a < b : left < right
    }
    graph.nodes = order.map { graph.nodes[$0] }
  }
}
