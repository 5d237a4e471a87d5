import Graph
import Operators
import Runtime

extension CoupledChannels {
  /// The network without some channels: a smaller, valid graph.
  ///
  /// - Parameter removed: Identifiers of channels of `groups`.
  /// - Throws: `PruningError.emptied` where a layer would have none left.
  /// - Complexity: O(elements of all values for one picture, and of all parameters).
  package func removing(_ removed: Set<Int32>) throws(PruningError) -> Graph {
    let cutter = ChannelCutter(self, removed)
    let cuts = try cutter.cuts()
    var result = graph
    for cut in cuts { replace(cut, in: &result) { $0.keeping(cut.kept, axis: cut.axis) } }
    try cutter.adaptShapes(&result)
    return try cleaned(result)
  }

  /// The network with the parameters of some channels zero instead of removed: what `removing` must compute as well.
  package func masking(_ removed: Set<Int32>) throws(PruningError) -> Graph {
    var result = graph
    let cutter = ChannelCutter(self, removed)
    for cut in try cutter.cuts() {
      replace(cut, in: &result) { $0.zeroing(except: cut.kept, axis: cut.axis) }
    }
    return result
  }

  /// A constant of its own for the node: others may use the old one otherwise.
  private func replace(_ cut: ParameterCut, in graph: inout Graph, by change: (Tensor) -> Tensor) {
    guard let old = graph.nodes[cut.node].input(cut.operand), let tensor = graph.constants[old] else { return }
    let users = graph.nodes.reduce(0) { $0 + $1.inputs.count { $0 == old } }
    if users == 1 {
      let changed = change(tensor)
      graph.constants[old] = changed
      graph.values[old.index].shape = changed.shape.map { .fixed($0) }
    } else {
      let name = "\(graph.name(of: old))/\(graph.nodes[cut.node].name).\(cut.operand)"
      graph.nodes[cut.node].inputs[cut.operand] = graph.addConstant(name, change(tensor))
    }
  }

  /// Without constants that nobody uses any more, and without what was noted of shapes: but of outputs, which lose
  /// nothing, and whose shapes a file must state.
  private func cleaned(_ graph: Graph) throws(PruningError) -> Graph {
    var result = graph
    let used = Set(graph.nodes.flatMap { $0.inputs.compactMap { $0 } }).union(graph.outputs)
    for id in graph.constants.keys where !used.contains(id) { result.constants[id] = nil }
    result.inputs.removeAll { graph.constants[$0] != nil }
    let known = Set(result.inputs).union(result.outputs).union(result.constants.keys)
    for index in result.values.indices where !known.contains(ValueID(index)) { result.values[index].shape = nil }
    do throws(GraphError) {
      try result.validate()
    } catch {
      throw .graph(error)
    }
    return result
  }
}
