import Graph
import Runtime

/// The same numbers in another type: toward zero from floating point to integers (saturating, NaN is 0), to nearest
/// even between floating-point types; integers wrap around; everything but 0 is true.
package struct Cast: Operator {
  package static let name = "Cast"
  package static let channelFlow = ChannelFlow.elementwise

  private let type: ElementType

  package init(_ node: NodeAttributes) throws(OperatorError) {
    guard let type = try node.elementType("to") else { throw .invalid("attribute 'to' is missing") }
    self.type = type
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    [ValueInfo(type: type, shape: try operands.required(0, "input").shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    [try operands.required(0).converted(to: type)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    try plan.convert(node, to: type)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    // Between floating-point types only: nothing is asked of others.
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    node.set(0, try node.converted(dy, to: node.info(node.requiredOperand(0)).type))
  }
}

extension Tensor {
  /// The same numbers in another type, by the rules of `Cast`.
  package func converted(to target: ElementType) -> Tensor {
    if type == target { return self }
    if type.isFloatingPoint || target.isFloatingPoint { return Tensor(type: target, shape: shape, doubles: doubles) }
    return Tensor(type: target, shape: shape, integers: integers)
  }
}

extension Lowering {
  /// Lowers a node whose result is its first operand in another type.
  mutating func convert(_ node: Node, to type: ElementType) throws(OperatorError) {
    let x = try operand(node, 0)
    if x.type == type { return bind(node, to: x) }
    let y = try firstResult(node, order: .like(x))
    emit(CastInstruction(input: id(x), output: id(y)), reads: [x], writes: [y])
  }
}
