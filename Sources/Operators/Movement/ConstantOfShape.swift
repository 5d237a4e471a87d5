import Graph
import Runtime

/// A tensor of the shape in the operand with every element the attribute `value` (float32 zero by default).
package struct ConstantOfShape: Operator {
  package static let name = "ConstantOfShape"

  private let value: Tensor

  package init(_ node: NodeAttributes) throws(OperatorError) {
    let value = try node.tensor("value") ?? Tensor([Float(0)], shape: [1])
    guard value.elementCount == 1 else {
      throw .invalid("attribute 'value' has \(value.elementCount) elements, not one")
    }
    self.value = value.reshaped([])
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let shape = try operands.constant(0, "input").integers
    return [ValueInfo(type: value.type, shape: try Shape.checked(shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    [value.broadcast(to: try operands.required(0).integers)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    if try plan.bindConstant(node) { return }
    guard let output = node.output(0) else { return }
    // One element in the weights, repeated.
    let shape = try plan.info(output).shape
    plan.bind(node, to: plan.constant(value).broadcast(to: shape))
  }
}
