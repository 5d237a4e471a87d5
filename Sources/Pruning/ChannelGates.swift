import Graph
import Operators
import Runtime

/// A network in which every channel that may be cut is multiplied by a gate: a number that is 1.
///
/// The network computes the same as before. Gates stand behind a layer's normalisation and activation
/// (`ActivationPoint`); they are constants, one tensor for each `Gate`. **This is the seam for gates that are learned**
/// (PAAM's scores, ABP's masks): make `gate.parameter` an input of the training step, or replace it by what an attention
/// network yields from the filters, and add a loss that pulls gates towards zero.
///
/// Two scopes:
/// - `layers`: one gate tensor a layer, `[1, C, 1, 1]`. What a layer contributes by itself: Taylor's importance is its
///   gradient.
/// - `groups`: one gate tensor a `ChannelGroup`, `[channels]`, in the group's order, which acts on all of its producing
///   layers. Coupled channels can only be removed together, so gates that are to decide a removal must be shared: with a
///   gate for each layer one that stays open would hold all others. For groups of one layer both scopes are the same.
package struct ChannelGates: Sendable {
  package enum Scope: Sendable {
    case layers
    case groups
  }

  package struct Gate: Sendable {
    /// The layer's name, or that of the group's first layer, and `/gate`.
    package let name: String
    /// A constant of ones in `graph`.
    package let parameter: ValueID
    /// How many channels it has.
    package let channels: Int
    /// Positions of the layers that it acts on, in the graph that gates were added to.
    package let layers: [Int]
  }

  package let graph: Graph
  package let gates: [Gate]

  /// - Parameter allowed: Groups that are gated; of layers in none of these nothing is.
  /// - Complexity: O(nodes + channels).
  package init(_ coupled: CoupledChannels, _ scope: Scope, allowed: GroupScope = .all) throws(PruningError) {
    let groups = coupled.groups.filter { allowed.admits($0) }
    let points = try coupled.activationPoints(of: Set(groups.flatMap(\.producers)).sorted())
    var insertion = GateInsertion(coupled, points)
    switch scope {
    case .layers: for point in points { insertion.gate(point) }
    case .groups: insertion.gate(groups)
    }
    graph = try insertion.finish()
    gates = insertion.gates
  }
}

/// Adds gates to a graph.
private struct GateInsertion {
  private let coupled: CoupledChannels
  private let points: [ActivationPoint]
  private var graph: Graph
  /// Nodes to stand behind the one that produces a value, the last of which yields the value's replacement.
  private var added: [ValueID: [Node]] = [:]
  private(set) var gates: [ChannelGates.Gate] = []

  init(_ coupled: CoupledChannels, _ points: [ActivationPoint]) {
    self.coupled = coupled
    self.points = points
    graph = coupled.graph
  }

  private func type(_ point: ActivationPoint) -> ElementType { coupled.infos[point.value]?.type ?? .float32 }

  /// The shape in which one number a channel multiplies a value.
  private func shape(_ point: ActivationPoint) -> [Int] {
    (0..<(coupled.infos[point.value]?.rank ?? 2)).map { $0 == point.axis ? point.channels : 1 }
  }

  private mutating func node(
    _ name: String, _ op: String, _ inputs: [ValueID], _ attributes: [String: Attribute] = [:]
  ) -> Node {
    Node(name: name, op: op, inputs: inputs, outputs: [graph.addValue("\(name).out")], attributes: attributes)
  }

  private mutating func integers(_ name: String, _ values: [Int]) -> ValueID {
    graph.addConstant(name, Tensor(type: .int64, shape: [values.count], integers: values))
  }

  /// One for a layer alone.
  mutating func gate(_ point: ActivationPoint) {
    let name = "\(graph.nodes[point.layer].name)/gate"
    let ones = graph.addConstant(name, Tensor(type: type(point), shape: shape(point), repeating: 1))
    added[point.value] = [node("\(name)/Mul", Mul.name, [point.value, ones])]
    gates.append(ChannelGates.Gate(name: name, parameter: ones, channels: point.channels, layers: [point.layer]))
  }

  /// One for each group, put together for each layer from all groups that it has channels of.
  mutating func gate(_ groups: [ChannelGroup]) {
    /// For each layer the groups and, by channel, the position in their concatenation.
    var parts: [Int: (gates: [ValueID], places: [Int: Int], length: Int)] = [:]
    for group in groups {
      guard let first = points.first(where: { $0.layer == group.producers.first }) else { continue }
      let count = group.channels.count
      // Layers may begin several groups.
      let base = "\(graph.nodes[first.layer].name)/gate"
      let name = gates.contains { $0.name == base } ? "\(base)/\(gates.count)" : base
      let parameter = graph.addConstant(name, Tensor(type: type(first), shape: [count], repeating: 1))
      gates.append(
        ChannelGates.Gate(name: name, parameter: parameter, channels: count, layers: group.producers))
      for layer in group.producers {
        var part = parts[layer] ?? ([], [:], 0)
        for (place, channel) in group.channels.enumerated() {
          for member in channel.members where member.node == layer { part.places[member.channel] = part.length + place }
        }
        part.gates.append(parameter)
        part.length += count
        parts[layer] = part
      }
    }
    for point in points {
      guard let part = parts[point.layer] else { continue }
      var nodes: [Node] = []
      let name = "\(graph.nodes[point.layer].name)/gate"
      var (all, last) = (part.gates, part.length)
      let places = (0..<point.channels).map { part.places[$0] ?? last }
      if places.contains(last) {
        // Channels that stay whatever happens.
        all.append(graph.addConstant("\(name)/fixed", Tensor(type: type(point), shape: [1], repeating: 1)))
        last += 1
      }
      var value = all[0]
      if all.count > 1 {
        nodes.append(node("\(name)/Concat", Concat.name, all, ["axis": .int(0)]))
        value = nodes.last?.output(0) ?? value
      }
      if places != Array(0..<last) {
        nodes.append(node("\(name)/Gather", Gather.name, [value, integers("\(name)/places", places)]))
        value = nodes.last?.output(0) ?? value
      }
      nodes.append(node("\(name)/Reshape", Reshape.name, [value, integers("\(name)/shape", shape(point))]))
      value = nodes.last?.output(0) ?? value
      nodes.append(node("\(name)/Mul", Mul.name, [point.value, value]))
      added[point.value] = nodes
    }
  }

  /// The graph with all nodes in place and everybody who used a gated value using its product.
  func finish() throws(PruningError) -> Graph {
    var result = graph
    result.nodes = []
    var replaced: [ValueID: ValueID] = [:]
    for node in graph.nodes {
      var changed = node
      changed.inputs = node.inputs.map { id in id.map { replaced[$0] ?? $0 } }
      result.nodes.append(changed)
      for case let id? in node.outputs {
        guard let nodes = added[id] else { continue }
        result.nodes += nodes
        replaced[id] = nodes.last?.output(0)
      }
    }
    result.outputs = graph.outputs.map { replaced[$0] ?? $0 }
    do throws(GraphError) {
      try result.validate()
    } catch {
      throw .graph(error)
    }
    return result
  }
}
