import Graph
import Runtime

/// Finds type and shape of every value, and the elements of those that do not depend on inputs.
package enum ShapeInference {
  /// Constants with more elements than this are not computed ahead (their memory may exceed what it saves).
  static let foldingLimit = 1 << 26

  /// Infers all values of a graph for the given inputs.
  ///
  /// - Parameters:
  ///   - inputs: Type and shape of every graph input; with `constant`, the input counts as known at compile time.
  /// - Throws: `GraphError` naming the node whose operands do not fit.
  /// - Complexity: O(nodes) plus the evaluation of constant nodes.
  package static func infer(
    _ graph: Graph, inputs: [ValueID: ValueInfo], registry: OperatorRegistry = .standard
  ) throws(GraphError) -> [ValueID: ValueInfo] {
    var infos = inputs
    for (id, tensor) in graph.constants where infos[id] == nil { infos[id] = ValueInfo(tensor) }
    for input in graph.inputs where infos[input] == nil {
      throw .input(name: graph.name(of: input), reason: "neither shape nor value is known")
    }
    for node in graph.nodes {
      let op = try registry.make(node, in: graph)
      let operands = node.inputs.map { id in id.flatMap { infos[$0] } }
      for (position, id) in node.inputs.enumerated() {
        if let id, operands[position] == nil {
          throw .malformed(
            reason: "node '\(node.name)' (\(node.op)) uses '\(graph.name(of: id))' before it is produced")
        }
      }
      let results = try self.results(of: op, node, operands, in: graph)
      for (position, id) in node.outputs.enumerated() {
        guard let id else { continue }
        guard position < results.count else {
          throw .invalidNode(node: node.name, op: node.op, reason: "it has no result number \(position)")
        }
        infos[id] = results[position]
      }
    }
    return infos
  }

  /// What is known of the results of one node.
  static func infer(
    _ node: Node, in graph: Graph, operands: [ValueInfo?], _ registry: OperatorRegistry
  ) throws(GraphError) -> [ValueInfo] {
    try results(of: registry.make(node, in: graph), node, operands, in: graph)
  }

  private static func results(
    of op: any Operator, _ node: Node, _ operands: [ValueInfo?], in graph: Graph
  ) throws(GraphError) -> [ValueInfo] {
    do throws(OperatorError) {
      let inferred = try op.infer(operands)
      for info in inferred {
        if try Shape.checked(info.shape).reduce(1, *) > foldingLimit { return inferred }
      }
      let known = operands.allSatisfy { $0 == nil || $0?.constant != nil }
      guard known, type(of: op).isDeterministic else { return inferred }
      return try op.evaluate(operands.map { $0?.constant }).map { ValueInfo($0) }
    } catch {
      throw error.at(node, in: graph)
    }
  }
}

extension Operator {
  /// Whether equal operands always give equal results, so that constants may be computed ahead.
  package static var isDeterministic: Bool { true }
}
