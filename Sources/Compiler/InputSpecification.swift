import Graph
import Runtime

/// What a graph's inputs are compiled for: their shapes, and the values of those that are known.
package struct InputSpecification: Sendable {
  /// Shapes by input name; they override what the file declares.
  package var shapes: [String: [Int]]
  /// Inputs whose elements are known at compile time: the plan has them built in.
  package var values: [String: Tensor]
  /// The extent that a symbolic first axis (the batch) gets where no shape is given.
  package var batch: Int

  package init(shapes: [String: [Int]] = [:], values: [String: Tensor] = [:], batch: Int = 1) {
    self.shapes = shapes
    self.values = values
    self.batch = batch
  }

  /// Type and shape of every input of a graph. Throws for an input whose extents are nowhere to be found.
  package func resolve(_ graph: Graph) throws(GraphError) -> [ValueID: ValueInfo] {
    let names = Set(graph.inputs.map { graph.name(of: $0) })
    if let stranger = (Array(shapes.keys) + Array(values.keys)).sorted().first(where: { !names.contains($0) }) {
      throw .input(
        name: stranger, reason: "the model has no such input; it has \(names.sorted().joined(separator: ", "))")
    }
    var result: [ValueID: ValueInfo] = [:]
    for id in graph.inputs {
      let value = graph.values[id.index]
      if let tensor = values[value.name] {
        try check(tensor.shape, value)
        result[id] = ValueInfo(tensor)
        continue
      }
      guard let type = value.type else { throw .input(name: value.name, reason: "its element type is not declared") }
      let shape = try self.shape(value)
      result[id] = ValueInfo(type: type, shape: shape)
    }
    return result
  }

  private func shape(_ value: Graph.Value) throws(GraphError) -> [Int] {
    if let given = shapes[value.name] {
      try check(given, value)
      return given
    }
    guard let declared = value.shape else {
      throw .input(name: value.name, reason: "its shape is not declared: give it")
    }
    var shape: [Int] = []
    for (axis, dimension) in declared.enumerated() {
      switch dimension {
      case .fixed(let extent): shape.append(extent)
      case .symbolic, .unknown:
        guard axis == 0 else {
          throw .input(name: value.name, reason: "the extent of axis \(axis) is not declared: give the input's shape")
        }
        shape.append(batch)
      }
    }
    return shape
  }

  private func check(_ shape: [Int], _ value: Graph.Value) throws(GraphError) {
    guard Shape.elementCount(shape) != nil else {
      throw .input(name: value.name, reason: "\(Shape.text(shape)) is no usable shape")
    }
    guard let declared = value.shape else { return }
    let fits =
      declared.count == shape.count
      && zip(declared, shape).allSatisfy { dimension, extent in
        if case .fixed(let fixed) = dimension { return fixed == extent }
        return true
      }
    guard fits else {
      let text = declared.map { dimension in
        switch dimension {
        case .fixed(let extent): String(extent)
        case .symbolic(let name): name
        case .unknown: "?"
        }
      }.joined(separator: "x")
      throw .input(name: value.name, reason: "the model declares \(text), not \(Shape.text(shape))")
    }
  }
}
