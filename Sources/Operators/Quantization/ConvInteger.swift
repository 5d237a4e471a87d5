import Graph
import Runtime

/// Convolution of 8-bit integers into int32: `sum of (x - x_zero_point) * (w - w_zero_point)`.
package struct ConvInteger: Operator {
  package static let name = "ConvInteger"

  private let convolution: QuantizedConvolution

  package init(_ node: NodeAttributes) throws(OperatorError) { convolution = try QuantizedConvolution(node) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "x", types: .bytes)
    let w = try operands.required(1, "w", types: .bytes)
    let geometry = try convolution.geometry(x, w, xZero: operands.optional(2), wZero: operands.optional(3))
    return [ValueInfo(type: .int32, shape: geometry.outputShape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (sums, shape) = try convolution.sums(
      operands.required(0), operands.required(1), xZero: operands.optional(2), wZero: operands.optional(3), bias: nil)
    return [Tensor(type: .int32, shape: shape, doubles: sums)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (x, w) = (try plan.operand(node, 0), try plan.operand(node, 1))
    let (xZero, wZero) = (try plan.optionalOperand(node, 2), try plan.optionalOperand(node, 3))
    let y = try plan.firstResult(node, order: .channelsLast)
    try convolution.emit(x, w, xZero: xZero, wZero: wZero, bias: nil, to: y, into: &plan)
  }
}

extension Array where Element == ElementType {
  /// The 8-bit integers.
  static let bytes: [ElementType] = [.int8, .uint8]
}
