import Graph
import Runtime

/// Runs a graph node by node as its operators state themselves: slow, obvious, and the oracle of everything faster.
package struct ReferenceInterpreter: Sendable {
  private let graph: Graph
  private let registry: OperatorRegistry
  /// For each value the last node that uses it, so that memory is given back as early as possible.
  private let lastUse: [ValueID: Int]

  package init(_ graph: Graph, registry: OperatorRegistry = .standard) {
    self.graph = graph
    self.registry = registry
    var lastUse: [ValueID: Int] = [:]
    for (position, node) in graph.nodes.enumerated() {
      for input in node.inputs { if let input { lastUse[input] = position } }
    }
    for output in graph.outputs { lastUse[output] = graph.nodes.count }
    self.lastUse = lastUse
  }

  /// The graph's outputs, in order.
  ///
  /// - Parameter inputs: A tensor for every graph input; initialisers may be overridden.
  /// - Throws: `GraphError` naming the node or input that does not fit.
  package func run(_ inputs: [ValueID: Tensor]) throws(GraphError) -> [Tensor] {
    var values = graph.constants.merging(inputs) { _, given in given }
    for (position, node) in graph.nodes.enumerated() {
      let results = try evaluate(node, values)
      for (index, id) in node.outputs.enumerated() {
        guard let id else { continue }
        guard index < results.count else {
          throw .invalidNode(node: node.name, op: node.op, reason: "it has no result number \(index)")
        }
        values[id] = results[index]
      }
      for id in node.inputs { if let id, lastUse[id] == position, graph.constants[id] == nil { values[id] = nil } }
    }
    var outputs: [Tensor] = []
    for id in graph.outputs {
      guard let value = values[id] else { throw .malformed(reason: "nothing produces '\(graph.name(of: id))'") }
      outputs.append(value)
    }
    return outputs
  }

  private func evaluate(_ node: Node, _ values: [ValueID: Tensor]) throws(GraphError) -> [Tensor] {
    let op = try registry.make(node, in: graph)
    var operands: [Tensor?] = []
    for id in node.inputs {
      guard let id else {
        operands.append(nil)
        continue
      }
      guard let value = values[id] else {
        throw .input(name: graph.name(of: id), reason: "needed by node '\(node.name)' (\(node.op)), but not given")
      }
      operands.append(value)
    }
    do throws(OperatorError) {
      let inferred = try op.infer(operands.map { $0.map { ValueInfo($0) } })
      for info in inferred { _ = try Shape.checked(info.shape) }
      return try op.evaluate(operands)
    } catch {
      throw error.at(node, in: graph)
    }
  }
}
