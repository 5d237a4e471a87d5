import Graph
import Operators

/// A constant of a network that training changes.
package struct TrainableParameter: Sendable {
  /// The constant, by its place in the network's graph.
  package let value: ValueID
  package let name: String
  /// Whether weight decay applies: to matrices and filters, not to biases and normalisation.
  package let decays: Bool
}

extension TrainableParameter {
  /// The operands of operators that are weights, by position, and whether they decay.
  private static let roles: [String: [(position: Int, decays: Bool)]] = [
    "Conv": [(1, true), (2, false)], "ConvTranspose": [(1, true), (2, false)], "Gemm": [(1, true), (2, false)],
    "MatMul": [(0, true), (1, true)], "BatchNormalization": [(1, false), (2, false)],
    "InstanceNormalization": [(1, false), (2, false)], "LayerNormalization": [(1, false), (2, false)],
    "GroupNormalization": [(1, false), (2, false)], "RMSNormalization": [(1, false)], "PRelu": [(1, false)],
  ]

  /// All parameters of a network, in the order of the nodes that use them first; one that several nodes share is
  /// listed once.
  ///
  /// A constant added to the result of a MatMul or Conv is a bias, however an exporter wrote it; other constants
  /// (normalisation of the input, say) stay as they are.
  package static func all(in graph: Graph) -> [TrainableParameter] {
    let producers = graph.producers()
    var known = Set<ValueID>()
    var result: [TrainableParameter] = []
    func add(_ value: ValueID?, decays: Bool) {
      guard let value, let tensor = graph.constants[value], tensor.type.isFloatingPoint, known.insert(value).inserted
      else { return }
      result.append(TrainableParameter(value: value, name: graph.name(of: value), decays: decays))
    }
    for node in graph.nodes {
      for role in roles[node.op] ?? [] { add(node.input(role.position), decays: role.decays) }
      guard node.op == "Add", node.inputs.count == 2 else { continue }
      for (product, bias) in [(0, 1), (1, 0)] {
        let source = node.input(product).flatMap { producers[$0] }.map { graph.nodes[$0].op }
        if source == "MatMul" || source == "Conv" || source == "Gemm" { add(node.input(bias), decays: false) }
      }
    }
    return result
  }
}
