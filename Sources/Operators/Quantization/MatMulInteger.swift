import Graph
import Runtime

/// The matrix product of 8-bit integers, minus their zero points, into int32.
package struct MatMulInteger: Operator {
  package static let name = "MatMulInteger"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let a = try operands.required(0, "A", types: .bytes)
    let b = try operands.required(1, "B", types: .bytes)
    let quantized = try QuantizedProduct(a.shape, b.shape)
    for (position, owner) in [(2, a), (3, b)] {
      guard let zero = operands.optional(position) else { continue }
      guard zero.type == owner.type else { throw .invalid("operand \(position) is not \(owner.type.name)") }
      try quantized.check(zero.shape, isLeft: position == 2, "operand \(position)")
    }
    return [ValueInfo(type: .int32, shape: quantized.product.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (a, b) = (try operands.required(0), try operands.required(1))
    let quantized = try QuantizedProduct(a.shape, b.shape)
    let sums = quantized.sums(a, b, aZero: operands.optional(2), bZero: operands.optional(3))
    return [Tensor(type: .int32, shape: quantized.product.shape, doubles: sums)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (a, b) = (try plan.operand(node, 0), try plan.operand(node, 1))
    let quantized = try QuantizedProduct(a.shape, b.shape)
    let y = try plan.firstResult(node, order: .rowMajor)
    quantized.emit(
      a, b, aZero: try plan.optionalOperand(node, 2), bZero: try plan.optionalOperand(node, 3),
      to: quantized.product.view(y), into: &plan)
  }
}
