import Graph
import Runtime

/// The derivative of one node in the making.
///
/// An operator's `gradient` reads the node's operands, results and the loss's derivatives by the results, emits nodes
/// that compute the derivatives by its operands, and `set`s them:
///
///     func gradient(_ node: inout NodeGradient) throws(OperatorError) {   // y = a * b
///       guard let dy = node.resultGradient(0), let a = node.operand(0), let b = node.operand(1) else { return }
///       if node.isWanted(0) { node.set(0, try node.reduced(node.emit("Mul", [dy, b]), toShapeOf: a)) }
///       if node.isWanted(1) { node.set(1, try node.reduced(node.emit("Mul", [dy, a]), toShapeOf: b)) }
///     }
package struct NodeGradient {
  /// The node whose derivative this is.
  package let node: Node
  private let wanted: [Bool]
  private let resultGradients: [ValueID?]
  private var tape: GraphTape
  /// What was set, by operand.
  private var gradients: [ValueID?]

  init(_ node: Node, wanted: [Bool], resultGradients: [ValueID?], tape: consuming GraphTape) {
    self.node = node
    self.wanted = wanted
    self.resultGradients = resultGradients
    self.tape = tape
    gradients = Array(repeating: nil, count: node.inputs.count)
  }

  /// The graph with the rule's nodes, and what was set, by operand. Hands the graph over, so that it is never copied.
  consuming func finish() -> (tape: GraphTape, gradients: [ValueID?]) { (tape, gradients) }

  /// The operand at a position, or nil where it is left out.
  package func operand(_ position: Int) -> ValueID? { node.input(position) }

  /// The operand at a position that every node of this operator has.
  package func requiredOperand(_ position: Int) throws(OperatorError) -> ValueID {
    guard let value = node.input(position) else { throw .invalid("operand \(position) is missing") }
    return value
  }

  /// The result at a position. Throws where the graph does not ask for it.
  package func result(_ position: Int) throws(OperatorError) -> ValueID {
    guard let value = node.output(position) else { throw .invalid("result \(position) is missing") }
    return value
  }

  /// Type, shape and, where known, elements of any value of the graph, emitted ones included.
  package func info(_ value: ValueID) throws(OperatorError) -> ValueInfo {
    guard let info = tape.infos[value] else {
      throw .invalid("nothing is known of '\(tape.graph.name(of: value))'")
    }
    return info
  }

  /// Whether the derivative by an operand is asked for.
  package func isWanted(_ position: Int) -> Bool { position < wanted.count && wanted[position] }

  /// The loss's derivative by a result, of the result's shape and type; nil where it is zero.
  package func resultGradient(_ position: Int) -> ValueID? {
    position < resultGradients.count ? resultGradients[position] : nil
  }

  /// States the derivative by an operand: a value of the operand's shape and type. Not stating one says that it is 0.
  package mutating func set(_ position: Int, _ value: ValueID) { gradients[position] = value }

  /// Adds a node and returns its only result.
  @discardableResult
  package mutating func emit(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:]
  ) throws(OperatorError) -> ValueID {
    try tape.emit(op, inputs, attributes, prefix: "\(node.name)/gradient")[0]
  }

  /// Adds a node and returns its first `results` results.
  package mutating func emit(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:], results: Int
  ) throws(OperatorError) -> [ValueID] {
    try tape.emit(op, inputs, attributes, results: results, prefix: "\(node.name)/gradient")
  }

  /// A scalar constant of another value's element type.
  package mutating func scalar(_ value: Double, like other: ValueID) throws(OperatorError) -> ValueID {
    tape.constant(Tensor(type: try info(other).type, shape: [], doubles: [value]))
  }

  /// A constant int64 vector: axes, shapes, starts.
  package mutating func integers(_ values: [Int]) -> ValueID {
    tape.constant(Tensor(type: .int64, shape: [values.count], integers: values))
  }

  /// Any constant.
  package mutating func constant(_ tensor: Tensor) -> ValueID { tape.constant(tensor) }

  /// `value` summed over the axes along which a tensor of `shape` was broadcast to it: the derivative of broadcasting.
  package mutating func reduced(_ value: ValueID, to shape: [Int]) throws(OperatorError) -> ValueID {
    let wide = try info(value).shape
    if wide == shape { return value }
    let missing = wide.count - shape.count
    let axes = wide.indices.filter { $0 < missing || (shape[$0 - missing] == 1 && wide[$0] != 1) }
    var result = value
    if !axes.isEmpty { result = try emit("ReduceSum", [value, integers(axes)], ["keepdims": .int(0)]) }
    if try info(result).shape != shape {
      result = try emit("Reshape", [result, integers(shape)], ["allowzero": .int(1)])
    }
    return result
  }

  /// The same towards an operand's shape.
  package mutating func reduced(_ value: ValueID, toShapeOf operand: ValueID) throws(OperatorError) -> ValueID {
    try reduced(value, to: info(operand).shape)
  }
}
