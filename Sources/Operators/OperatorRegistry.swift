import Graph

/// The operators that this product knows, by ONNX's name.
package struct OperatorRegistry: Sendable {
  private let types: [String: any Operator.Type]

  package init(_ types: [any Operator.Type]) {
    self.types = Dictionary(types.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Names of all operators, sorted.
  package var names: [String] { types.keys.sorted() }

  /// The operator of a node with its attributes read. Throws for an unknown operator and for wrong attributes.
  package func make(_ node: Node, in graph: Graph) throws(GraphError) -> any Operator {
    guard let type = types[node.op] else {
      throw .unsupportedNode(node: node.name, op: node.op, reason: "no such operator here")
    }
    do throws(OperatorError) {
      return try type.init(NodeAttributes(node))
    } catch {
      throw error.at(node, in: graph)
    }
  }

  /// Every operator of this module.
  package static let standard = OperatorRegistry(
    neuralOperators + activationOperators + elementwiseOperators + movementOperators + reductionOperators
      + quantizationOperators + trainingOperators)
}
