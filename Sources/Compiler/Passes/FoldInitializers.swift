import Graph
import Operators

/// Computes nodes whose results are the same for every batch (a transposed weight, a bias of zeros as long as the weights
/// are wide): the result is the same network for every batch, and its weights are constants.
package enum FoldInitializers {
  package static func apply(to graph: Graph) throws(GraphError) -> Graph {
    var result = graph
    let outputs = Set(graph.outputs)
    let settled = settled(graph)
    result.nodes = []
    for node in graph.nodes {
      let results = node.outputs.compactMap { $0 }
      if !results.contains(where: outputs.contains), results.allSatisfy({ settled[$0] != nil }) {
        for id in results { result.constants[id] = settled[id] }
        continue
      }
      let operands = node.inputs.map { id in id.flatMap { result.constants[$0] } }
      let isKnown = zip(node.inputs, operands).allSatisfy { $0 == nil || $1 != nil }
      guard isKnown, !node.outputs.contains(where: { id in id.map(outputs.contains) ?? false }),
        let values = try? evaluate(node, operands, in: graph), values.count >= node.outputs.count
      else {
        result.nodes.append(node)
        continue
      }
      for (id, value) in zip(node.outputs, values) { if let id { result.constants[id] = value } }
    }
    return result
  }

  /// Values that are the same for two different batches; none where shapes cannot be inferred.
  private static func settled(_ graph: Graph) -> [ValueID: Tensor] {
    do throws(GraphError) {
      var known: [[ValueID: ValueInfo]] = []
      for batch in [2, 3] {
        known.append(try ShapeInference.infer(graph, inputs: InputSpecification(batch: batch).resolve(graph)))
      }
      return known[0].compactMapValues(\.constant).filter {
        graph.constants[$0] == nil && $1 == known[1][$0]?.constant
      }
    } catch {
      return [:]
    }
  }

  /// What cannot be computed here stays a node: whoever runs the graph says why.
  private static func evaluate(_ node: Node, _ operands: [Tensor?], in graph: Graph) throws -> [Tensor] {
    let op = try OperatorRegistry.standard.make(node, in: graph)
    guard type(of: op).isDeterministic else { return [] }
    let infos = try op.infer(operands.map { $0.map { ValueInfo($0) } })
    guard infos.allSatisfy({ Shape.elementCount($0.shape) != nil }) else { return [] }
    return try op.evaluate(operands)
  }
}
