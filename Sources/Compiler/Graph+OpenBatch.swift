import Graph
import Runtime

extension Graph {
  /// The network with the batch left open: some exporters write networks for one picture at a time.
  ///
  /// A first extent of 1 that is declared for the inputs, and that reshapes ask for, becomes "as many as there are".
  package func withOpenBatch() -> Graph {
    var result = self
    var wasFixed = false
    for input in inputs where constants[input] == nil {
      guard let shape = values[input.index].shape, let first = shape.first, case .fixed = first else { continue }
      wasFixed = wasFixed || first == .fixed(1)
      result.values[input.index].shape?[0] = .symbolic("batch")
    }
    guard wasFixed else { return result }
    // What an exporter noted of other values is no longer true; of outputs, a file must state a shape.
    let known = Set(inputs).union(constants.keys)
    for index in values.indices where !known.contains(ValueID(index)) {
      guard outputs.contains(ValueID(index)) else {
        result.values[index].shape = nil
        continue
      }
      // Rows of all pictures together are more with each picture.
      guard case .fixed(let extent)? = values[index].shape?.first else { continue }
      result.values[index].shape?[0] = extent == 1 ? .symbolic("batch") : .unknown
    }
    for (position, node) in nodes.enumerated() where node.op == "Reshape" {
      guard node.attributes["allowzero"] ?? .int(0) == .int(0), let target = node.input(1),
        let shape = constants[target]?.integers, shape.first == 1,
        // A constant has no batch.
        node.input(0).map({ constants[$0] == nil }) ?? false
      else { continue }
      let open = result.addConstant(
        "\(name(of: target))/open batch \(position)",
        Tensor(type: .int64, shape: [shape.count], integers: [0] + shape.dropFirst()))
      result.nodes[position].inputs[1] = open
    }
    return result
  }
}
