/// Names a value of a graph: an index into `Graph.values`.
package struct ValueID: Hashable, Sendable {
  package let index: Int

  package init(_ index: Int) { self.index = index }
}

/// One application of an operator.
package struct Node: Sendable, Equatable {
  /// The exporter's name, or one made from operator and position; used in messages.
  package var name: String
  /// The operator as ONNX spells it, in the newest opset's meaning: older forms are upgraded at import.
  package var op: String
  /// Operands in ONNX's order; nil for an optional one that is left out.
  package var inputs: [ValueID?]
  /// Results in ONNX's order; nil for an optional one that nobody asks for.
  package var outputs: [ValueID?]
  package var attributes: [String: Attribute]

  package init(
    name: String, op: String, inputs: [ValueID?], outputs: [ValueID?], attributes: [String: Attribute] = [:]
  ) {
    self.name = name
    self.op = op
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }

  /// The operand at a position, or nil where it is left out.
  package func input(_ position: Int) -> ValueID? { position < inputs.count ? inputs[position] : nil }

  /// The result at a position, or nil where nobody asks for it.
  package func output(_ position: Int) -> ValueID? { position < outputs.count ? outputs[position] : nil }
}
