import Graph
import Runtime

/// A graph that grows at its end, with everything known of its values: what derivatives, losses and updates are
/// written with.
package struct GraphTape: Sendable {
  package private(set) var graph: Graph
  /// Types and shapes of all values.
  package private(set) var infos: [ValueID: ValueInfo]
  private let registry: OperatorRegistry

  package init(_ graph: Graph, infos: [ValueID: ValueInfo], registry: OperatorRegistry = .standard) {
    self.graph = graph
    self.infos = infos
    self.registry = registry
  }

  /// Adds a node behind all others, infers its results and returns them.
  ///
  /// - Parameter prefix: What the node's name starts with, such as the node whose derivative it serves.
  package mutating func emit(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:], results: Int = 1, prefix: String
  ) throws(OperatorError) -> [ValueID] {
    let name = "\(prefix)/\(op)"
    var node = Node(name: name, op: op, inputs: inputs, outputs: [], attributes: attributes)
    node.outputs = (0..<results).map { graph.addValue("\(name).\(graph.values.count)/\($0)") }
    let inferred: [ValueInfo]
    do throws(GraphError) {
      let operands = inputs.map { id in id.flatMap { infos[$0] } }
      inferred = try ShapeInference.infer(node, in: graph, operands: operands, registry)
    } catch {
      throw .invalid("'\(prefix)': \(error.message)")
    }
    guard inferred.count >= results else { throw .invalid("\(op) has \(inferred.count) results, not \(results)") }
    for (id, info) in zip(node.outputs, inferred) { if let id { infos[id] = info } }
    graph.nodes.append(node)
    return node.outputs.compactMap { $0 }
  }

  /// Adds a constant.
  package mutating func constant(_ tensor: Tensor) -> ValueID {
    let id = graph.addConstant("constant.\(graph.values.count)", tensor)
    infos[id] = ValueInfo(tensor)
    return id
  }

  /// Adds an input.
  package mutating func input(_ name: String, _ type: ElementType, _ shape: [Int]) -> ValueID {
    let id = graph.addValue(name, type: type, shape: shape.map { .fixed($0) })
    infos[id] = ValueInfo(type: type, shape: shape)
    graph.inputs.append(id)
    return id
  }

  /// Forgets which values are outputs.
  package mutating func clearOutputs() { graph.outputs = [] }

  /// Makes a value an output, behind the others.
  package mutating func output(_ value: ValueID) { graph.outputs.append(value) }
}
