import Graph

/// What an operator means, all in one place: its shape rule, its value, and how it is lowered to a plan.
///
/// One operator, one file. To add one: a type in a file named after it, and a line in `OperatorRegistry`. The newest
/// opset's form is the only one: the ONNX importer upgrades older ones.
package protocol Operator: Sendable {
  /// The name as ONNX spells it.
  static var name: String { get }

  /// What becomes of its operands' channels; `opaque` unless stated.
  static var channelFlow: ChannelFlow { get }

  /// Reads and checks the attributes. `node.operandCount` and `node.resultCount` may be looked at.
  init(_ node: NodeAttributes) throws(OperatorError)

  /// Types and shapes of all results that the node has, from those of the operands (nil: left out).
  ///
  /// Where a shape depends on an operand's elements (Reshape's target), they are in `ValueInfo.constant`, or
  /// `OperatorError.valueNeeded(operand:)` is thrown. Constants of results are not this function's business: values
  /// whose operands are all known are computed by `evaluate`.
  func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo]

  /// The results, in the fewest lines: the oracle of all faster code.
  ///
  /// Types and shapes of the operands have passed `infer`.
  func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor]

  /// Emits instructions that compute the node's results, or binds them to views of other values.
  func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError)

  /// Emits nodes that compute the loss's derivatives by the operands from those by the results.
  ///
  /// Called for nodes with at least one derivative of a result and one wanted operand. The default refuses.
  func gradient(_ node: inout NodeGradient) throws(OperatorError)
}

extension Operator {
  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    throw .unsupported("it has no derivative")
  }
}

/// Why an operator refuses a node. The caller adds the node's name.
package enum OperatorError: Error, Sendable {
  /// Operands, attributes or shapes do not fit the operator.
  case invalid(String)
  /// ONNX allows it, this product does not do it.
  case unsupported(String)
  /// A shape depends on the elements of this operand, which are not known.
  case valueNeeded(operand: Int)
}

extension OperatorError {
  /// The same with the node's name.
  package func at(_ node: Node, in graph: Graph) -> GraphError {
    switch self {
    case .invalid(let reason): .invalidNode(node: node.name, op: node.op, reason: reason)
    case .unsupported(let reason): .unsupportedNode(node: node.name, op: node.op, reason: reason)
    case .valueNeeded(let operand):
      .valueNeeded(
        node: node.name, op: node.op, input: node.input(operand).map { graph.name(of: $0) } ?? "operand \(operand)")
    }
  }
}
