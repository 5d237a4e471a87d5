import Graph
import Runtime

/// The matrix product of quantised tensors: a, its scale and zero point, b, its scale and zero point, and those of y.
package struct QLinearMatMul: Operator {
  package static let name = "QLinearMatMul"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let a = try operands.required(0, "a", types: .bytes)
    let b = try operands.required(3, "b", types: .bytes)
    let quantized = try QuantizedProduct(a.shape, b.shape)
    for (position, owner) in [(1, a), (4, b)] {
      let scale = try operands.required(position, "scale", types: [.float32, .float16])
      let zero = try operands.required(position + 1, "zero point", types: [owner.type])
      for parameter in [scale, zero] {
        try quantized.check(parameter.shape, isLeft: position == 1, "operand \(position) or \(position + 1)")
      }
    }
    let yScale = try operands.required(6, "y_scale", types: [.float32, .float16])
    let yZero = try operands.required(7, "y_zero_point", types: .bytes)
    for parameter in [yScale, yZero] { try quantized.check(parameter.shape, isLeft: true, "y_scale or y_zero_point") }
    return [ValueInfo(type: yZero.type, shape: quantized.product.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (a, b) = (try operands.required(0), try operands.required(3))
    let quantized = try QuantizedProduct(a.shape, b.shape)
    let sums = quantized.sums(a, b, aZero: operands.optional(2), bZero: operands.optional(5))
    func spread(_ position: Int, byRow: Bool) throws(OperatorError) -> [Double] {
      let parameter = try operands.required(position)
      let aligned = byRow ? parameter.reshaped(quantized.rowShape(parameter.shape)) : parameter
      return aligned.broadcast(to: quantized.product.fullShape).doubles
    }
    let (aScale, bScale) = (try spread(1, byRow: true), try spread(4, byRow: false))
    let (yScale, yZero) = (try spread(6, byRow: true), try spread(7, byRow: true))
    let type = try operands.required(7).type
    let y = sums.indices.map { i in
      let factor = Requantization.factor(aScale[i], bScale[i], yScale[i])
      return Requantization.apply(sums[i], factor: factor, zeroPoint: yZero[i], to: type)
    }
    return [Tensor(type: type, shape: quantized.product.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (a, b) = (try plan.operand(node, 0), try plan.operand(node, 3))
    let quantized = try QuantizedProduct(a.shape, b.shape)
    let y = try plan.firstResult(node, order: .rowMajor)
    let sums = try plan.temporary(type: .int32, shape: quantized.product.fullShape)
    quantized.emit(
      a, b, aZero: try plan.operand(node, 2), bZero: try plan.operand(node, 5), to: sums, into: &plan)
    let (aScale, bScale) = (try plan.widened(plan.operand(node, 1)), try plan.widened(plan.operand(node, 4)))
    let (yScale, yZero) = (try plan.widened(plan.operand(node, 6)), try plan.operand(node, 7))
    Requantization.emit(
      sums, aScale: quantized.rows(aScale), bScale: bScale, yScale: quantized.rows(yScale),
      yZero: quantized.rows(yZero), to: quantized.product.view(y), into: &plan)
  }
}
