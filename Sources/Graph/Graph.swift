import Runtime

/// A network as a list of operator applications over named values: what an ONNX file says, and what passes rewrite.
///
/// Invariants, checked by `validate()`: every `ValueID` is in range; every value has at most one producer (a node, an
/// input or a constant); nodes stand in an order in which every operand is produced before it is used.
package struct Graph: Sendable {
  /// One extent of a declared shape.
  package enum Dimension: Sendable, Equatable {
    case fixed(Int)
    /// Known by name only, such as "N"; equal names are equal extents.
    case symbolic(String)
    case unknown
  }

  /// A value's name and what the file declares of it.
  package struct Value: Sendable, Equatable {
    package var name: String
    package var type: ElementType?
    package var shape: [Dimension]?

    package init(name: String, type: ElementType? = nil, shape: [Dimension]? = nil) {
      self.name = name
      self.type = type
      self.shape = shape
    }
  }

  package var name: String
  package var values: [Value] = []
  /// In topological order.
  package var nodes: [Node] = []
  package var inputs: [ValueID] = []
  package var outputs: [ValueID] = []
  /// Initialisers and folded values.
  package var constants: [ValueID: Tensor] = [:]
  /// Key-value metadata of the file, such as labels and preprocessing.
  package var metadata: [String: String] = [:]

  package init(name: String) { self.name = name }

  /// Adds a value and returns its name. O(1).
  package mutating func addValue(
    _ name: String, type: ElementType? = nil, shape: [Dimension]? = nil
  ) -> ValueID {
    values.append(Value(name: name, type: type, shape: shape))
    return ValueID(values.count - 1)
  }

  /// Adds a constant and returns its name. O(1).
  package mutating func addConstant(_ name: String, _ tensor: Tensor) -> ValueID {
    let id = addValue(name, type: tensor.type, shape: tensor.shape.map { .fixed($0) })
    constants[id] = tensor
    return id
  }

  /// The name of a value, for messages.
  package func name(of value: ValueID) -> String { values[value.index].name }

  /// The node that produces each value, by position in `nodes`. O(nodes).
  package func producers() -> [ValueID: Int] {
    var result: [ValueID: Int] = [:]
    for (position, node) in nodes.enumerated() {
      for output in node.outputs { if let output { result[output] = position } }
    }
    return result
  }

  /// The nodes that use each value, by position in `nodes`, once for every use; graph outputs are not counted. O(nodes).
  package func consumers() -> [ValueID: [Int]] {
    var result: [ValueID: [Int]] = [:]
    for (position, node) in nodes.enumerated() {
      for input in node.inputs { if let input { result[input, default: []].append(position) } }
    }
    return result
  }
}
