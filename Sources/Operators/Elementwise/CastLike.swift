import Graph
import Runtime

/// The first operand's numbers in the type of the second.
package struct CastLike: Operator {
  package static let name = "CastLike"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    let type = try operands.required(1, "target_type").type
    // The second operand's elements do not matter, so the result can be known while they are not: exporters write
    // biases of zero this way.
    return [ValueInfo(type: type, shape: x.shape, constant: x.constant?.converted(to: type))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    [try operands.required(0).converted(to: try operands.required(1).type)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard let target = node.input(1) else { throw .invalid("operand 1 (target_type) is missing") }
    try plan.convert(node, to: try plan.info(target).type)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    // Between floating-point types only: nothing is asked of others.
    guard let dy = node.resultGradient(0), node.isWanted(0) else { return }
    node.set(0, try node.converted(dy, to: node.info(node.requiredOperand(0)).type))
  }
}
