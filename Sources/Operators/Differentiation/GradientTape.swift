import Graph
import Runtime

/// A graph that grows by the nodes of its own derivative, with everything known of its values.
struct GradientTape {
  private(set) var graph: Graph
  private(set) var infos: [ValueID: ValueInfo]
  private let registry: OperatorRegistry

  init(_ graph: Graph, infos: [ValueID: ValueInfo], registry: OperatorRegistry) {
    self.graph = graph
    self.infos = infos
    self.registry = registry
  }

  /// Adds a node behind all others and infers its results. `source` is the node whose derivative it serves.
  mutating func emit(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute], results: Int, for source: Node
  ) throws(OperatorError) -> [ValueID] {
    let name = "\(source.name)/gradient/\(op)"
    var node = Node(name: name, op: op, inputs: inputs, outputs: [], attributes: attributes)
    node.outputs = (0..<results).map { graph.addValue("\(name).\(graph.values.count)/\($0)") }
    let inferred: [ValueInfo]
    do throws(GraphError) {
      inferred = try ShapeInference.infer(
        node, in: graph, operands: inputs.map { id in id.flatMap { infos[$0] } }, registry)
    } catch {
      throw .invalid("its derivative: \(error.message)")
    }
    guard inferred.count >= results else { throw .invalid("\(op) has \(inferred.count) results, not \(results)") }
    for (id, info) in zip(node.outputs, inferred) { if let id { infos[id] = info } }
    graph.nodes.append(node)
    return node.outputs.compactMap { $0 }
  }

  /// Adds a constant.
  mutating func constant(_ tensor: Tensor) -> ValueID {
    let id = graph.addConstant("gradient/constant.\(graph.values.count)", tensor)
    infos[id] = ValueInfo(tensor)
    return id
  }
}
