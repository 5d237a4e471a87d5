import Graph
import Runtime

/// Reverse-mode differentiation of a graph: the derivative is a graph too, made of ordinary nodes.
package enum Differentiation {
  /// A graph with its derivative.
  package struct Result: Sendable {
    /// The graph, with the derivative's nodes behind its own.
    package let graph: Graph
    /// Types and shapes of all values.
    package let infos: [ValueID: ValueInfo]
    /// The loss's derivative by each variable that it depends on, of the variable's shape and type.
    package let gradients: [ValueID: ValueID]
  }

  /// Adds nodes that compute the derivative of a scalar by variables.
  ///
  /// - Parameters:
  ///   - loss: A floating-point value of one element.
  ///   - variables: Inputs, constants or intermediate values.
  /// - Throws: `GraphError` naming the first node whose operator has no derivative.
  /// - Complexity: O(nodes).
  package static func differentiate(
    _ loss: ValueID, by variables: [ValueID], in graph: Graph, infos: [ValueID: ValueInfo],
    registry: OperatorRegistry = .standard
  ) throws(GraphError) -> Result {
    guard let info = infos[loss], info.type.isFloatingPoint, info.shape.allSatisfy({ $0 == 1 }) else {
      throw .malformed(reason: "the loss '\(graph.name(of: loss))' is not one floating-point number")
    }
    let dependent = dependents(of: variables, in: graph, infos: infos)
    var tape = GraphTape(graph, infos: infos, registry: registry)
    // Derivatives by values whose users have all been visited; several are added in the order of the visits.
    var gradients: [ValueID: ValueID] = [:]
    gradients[loss] = tape.constant(Tensor(type: info.type, shape: info.shape, doubles: [1]))
    for node in graph.nodes.reversed() {
      let results = node.outputs.map { id in id.flatMap { gradients[$0] } }
      let wanted = node.inputs.map { id in id.map(dependent.contains) ?? false }
      guard results.contains(where: { $0 != nil }), wanted.contains(true) else { continue }
      let op = try registry.make(node, in: graph)
      var rule = NodeGradient(node, wanted: wanted, resultGradients: results, tape: tape)
      // The rule has the graph now: a second reference would make every emission copy it.
      tape = GraphTape(Graph(name: ""), infos: [:], registry: registry)
      do throws(OperatorError) {
        try op.gradient(&rule)
        let found = rule.finish()
        tape = found.tape
        for (position, id) in node.inputs.enumerated() {
          guard let id, wanted[position], let gradient = found.gradients[position] else { continue }
          try check(gradient, fits: id, position, tape)
          gradients[id] =
            if let earlier = gradients[id] {
              try tape.emit("Add", [earlier, gradient], prefix: "\(node.name)/gradient")[0]
            } else {
              gradient
            }
        }
      } catch {
        throw error.at(node, in: graph)
      }
    }
    return Result(
      graph: tape.graph, infos: tape.infos,
      gradients: gradients.filter { variables.contains($0.key) })
  }

  private static func check(
    _ gradient: ValueID, fits operand: ValueID, _ position: Int, _ tape: GraphTape
  ) throws(OperatorError) {
    guard let given = tape.infos[gradient], let wanted = tape.infos[operand] else { return }
    // What QuantizeLinear makes has a derivative too: by the numbers that the integers stand for.
    let fits = given.type == wanted.type || !wanted.type.isFloatingPoint
    guard given.shape == wanted.shape, fits, given.type.isFloatingPoint else {
      throw .invalid(
        "its derivative by operand \(position) is \(given.type.name) \(Shape.text(given.shape)), the operand "
          + "\(wanted.type.name) \(Shape.text(wanted.shape))")
    }
  }

  /// Floating-point values that depend on a variable, variables included, and what they are quantised to: its
  /// derivative is passed on by the straight-through estimator.
  private static func dependents(
    of variables: [ValueID], in graph: Graph, infos: [ValueID: ValueInfo]
  ) -> Set<ValueID> {
    var result = Set(variables)
    for node in graph.nodes where node.inputs.contains(where: { id in id.map(result.contains) ?? false }) {
      let isQuantizer = node.op == QuantizeLinear.name
      for case let id? in node.outputs where isQuantizer || infos[id]?.type.isFloatingPoint ?? false {
        result.insert(id)
      }
    }
    return result
  }
}
