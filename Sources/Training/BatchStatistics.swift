import Graph
import Operators
import Runtime

/// A batch normalisation in training form: where its running averages are, and the values of the batch that feed them.
package struct BatchStatistics: Sendable {
  /// Constants of the network's graph.
  package let runningMean: ValueID
  package let runningVariance: ValueID
  /// Results of the training node.
  package let mean: ValueID
  package let variance: ValueID
  /// The share of a new batch in the running averages.
  package let rate: Float
}

extension BatchStatistics {
  /// Brings all batch normalisations of a graph into training form: statistics of the batch, with the activation and
  /// the residual addition behind them fused where nobody else sees what lies between.
  static func normalizeByBatch(_ graph: inout Graph, infos: [ValueID: ValueInfo]) throws(GraphError)
    -> [BatchStatistics]
  {
    var rewriter = Rewriter(graph, infos)
    for position in graph.nodes.indices where graph.nodes[position].op == "BatchNormalization" {
      rewriter.rewrite(position)
    }
    graph = rewriter.graph
    graph.nodes = graph.nodes.indices.filter { !rewriter.removed.contains($0) }.map { graph.nodes[$0] }
    try graph.sortTopologically()
    return rewriter.statistics
  }

  private struct Rewriter {
    var graph: Graph
    let infos: [ValueID: ValueInfo]
    let producers: [ValueID: Int]
    let consumers: [ValueID: [Int]]
    var removed = Set<Int>()
    var statistics: [BatchStatistics] = []

    init(_ graph: Graph, _ infos: [ValueID: ValueInfo]) {
      self.graph = graph
      self.infos = infos
      producers = graph.producers()
      consumers = graph.consumers()
    }

    mutating func rewrite(_ position: Int) {
      let node = graph.nodes[position]
      guard let y = node.output(0), let mean = node.input(3), let variance = node.input(4) else { return }
      var fused = Node(
        name: node.name, op: "BatchNormalizationTraining", inputs: Array(node.inputs.prefix(3)), outputs: [],
        attributes: node.attributes.filter { $0.key == "epsilon" })
      var (place, result) = (position, y)
      if let add = residualAddition(of: y, from: position) {
        fused.inputs.append(add.residual)
        (place, result) = (add.position, add.result)
        removed.insert(position)
      }
      if let activation = activation(of: result) {
        removed.insert(place)
        fused.attributes.merge(activation.attributes) { $1 }
        (place, result) = (activation.position, activation.result)
      }
      let batchMean = graph.addValue("\(node.name)/batch_mean")
      let batchVariance = graph.addValue("\(node.name)/batch_variance")
      fused.outputs = [result, batchMean, batchVariance]
      graph.nodes[place] = fused
      var momentum: Float = 0.9
      if case .float(let given) = node.attributes["momentum"] { momentum = given }
      statistics.append(
        BatchStatistics(
          runningMean: mean, runningVariance: variance, mean: batchMean, variance: batchVariance, rate: 1 - momentum))
    }

    private func onlyUser(of value: ValueID) -> Int? {
      guard let users = consumers[value], users.count == 1, !graph.outputs.contains(value) else { return nil }
      return users[0]
    }

    /// The addition that alone uses a normalisation's result; of two normalisations that meet in one, the later.
    private func residualAddition(
      of y: ValueID, from position: Int
    ) -> (position: Int, result: ValueID, residual: ValueID)? {
      guard let user = onlyUser(of: y), graph.nodes[user].op == "Add", graph.nodes[user].inputs.count == 2,
        let result = graph.nodes[user].output(0),
        let residual = graph.nodes[user].inputs.compactMap({ $0 }).first(where: { $0 != y }),
        infos[residual]?.shape == infos[y]?.shape, infos[residual]?.constant == nil
      else { return nil }
      if let other = producers[residual], other > position, graph.nodes[other].op == "BatchNormalization",
        onlyUser(of: residual) == user
      {
        return nil
      }
      return (user, result, residual)
    }

    /// The Relu or Clip that alone uses a value.
    private func activation(
      of value: ValueID
    ) -> (position: Int, result: ValueID, attributes: [String: Attribute])? {
      guard let user = onlyUser(of: value), let result = graph.nodes[user].output(0) else { return nil }
      let node = graph.nodes[user]
      let fused: FusedActivation
      switch node.op {
      case "Relu": fused = FusedActivation(.relu)
      case "Clip":
        guard node.input(0) == value, let lower = bound(node, 1, -.infinity), let upper = bound(node, 2, .infinity)
        else { return nil }
        fused = FusedActivation(.clip, alpha: lower, beta: upper)
      default: return nil
      }
      return (
        user, result,
        [
          "edge.activation": .int(Int(fused.function)), "edge.activation_alpha": .float(fused.alpha),
          "edge.activation_beta": .float(fused.beta),
        ]
      )
    }

    private func bound(_ node: Node, _ position: Int, _ fallback: Float) -> Float? {
      guard let id = node.input(position) else { return fallback }
      guard let tensor = graph.constants[id] ?? infos[id]?.constant, tensor.elementCount == 1 else { return nil }
      return Float(tensor.doubles[0])
    }
  }
}
