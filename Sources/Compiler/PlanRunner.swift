import CKernels
import Graph
import Operators
import Runtime

/// Runs a graph on given tensors as a compiled plan: compile, copy in, run, copy out.
///
/// Inputs on whose elements shapes depend (Reshape's target as an input, say) are built into the plan.
package enum PlanRunner {
  /// The graph's outputs, in order.
  /// - Throws: `GraphError` as `Compiler.compile`; a `PlanError` as `malformed`, since our own plan must be sound.
  package static func run(
    _ graph: Graph, _ inputs: [String: Tensor], threads: Int = 1, isa: ek_isa = ek_best_isa(), optimizes: Bool = true
  ) throws(GraphError) -> [Tensor] {
    let compiled = try compile(graph, inputs, isa: isa, optimizes: optimizes)
    do throws(PlanError) {
      let plan = try Plan(copying: compiled.bytes)
      var session = try Session(plan, threads: threads)
      for index in 0..<plan.inputCount {
        guard let tensor = inputs[plan.inputName(index)] else { continue }
        tensor.copy(to: session.input(index))
      }
      session.run()
      return (0..<plan.outputCount).map { Tensor(copying: session.output($0)) }
    } catch {
      throw .malformed(reason: "the compiled plan is refused: \(error.message)")
    }
  }

  /// A plan for these inputs' shapes, with the values built in that shapes depend on.
  package static func compile(
    _ graph: Graph, _ inputs: [String: Tensor], isa: ek_isa = ek_best_isa(), optimizes: Bool = true
  ) throws(GraphError) -> Compiler.Result {
    var options = Compiler.Options(isa: isa, optimizes: optimizes)
    let given = Set(graph.inputs.map { graph.name(of: $0) })
    for (name, tensor) in inputs where given.contains(name) { options.inputs.shapes[name] = tensor.shape }
    // Each round builds in at least one input more.
    while true {
      do throws(GraphError) {
        return try Compiler.compile(graph, options)
      } catch {
        guard case .valueNeeded(_, _, let value) = error else { throw error }
        let missing = sources(of: value, in: graph).filter { options.inputs.values[$0] == nil && inputs[$0] != nil }
        guard !missing.isEmpty else { throw error }
        for name in missing {
          options.inputs.values[name] = inputs[name]
          options.inputs.shapes[name] = nil
        }
      }
    }
  }

  /// Names of the inputs that a value depends on.
  private static func sources(of name: String, in graph: Graph) -> [String] {
    guard let start = graph.values.firstIndex(where: { $0.name == name }) else { return [] }
    let producers = graph.producers()
    let inputs = Set(graph.inputs)
    var seen: Set<ValueID> = []
    var pending = [ValueID(start)]
    var result: [String] = []
    while let id = pending.popLast() {
      guard seen.insert(id).inserted else { continue }
      if inputs.contains(id) { result.append(graph.name(of: id)) }
      if let position = producers[id] { pending.append(contentsOf: graph.nodes[position].inputs.compactMap { $0 }) }
    }
    return result
  }
}
