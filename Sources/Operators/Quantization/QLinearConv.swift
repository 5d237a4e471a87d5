import Graph
import Runtime

/// Convolution of quantised tensors: x, its scale and zero point, w, its scales and zero points, those of y, and a bias
/// in int32 whose scale is that of x times that of w.
package struct QLinearConv: Operator {
  package static let name = "QLinearConv"

  private let convolution: QuantizedConvolution

  package init(_ node: NodeAttributes) throws(OperatorError) { convolution = try QuantizedConvolution(node) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "x", types: .bytes)
    let w = try operands.required(3, "w", types: .bytes)
    let geometry = try convolution.geometry(
      x, w, xZero: operands.required(2, "x_zero_point"), wZero: operands.required(5, "w_zero_point"),
      bias: operands.optional(8))
    for (position, role) in [(1, "x_scale"), (4, "w_scale"), (6, "y_scale"), (7, "y_zero_point")] {
      let operand = try operands.required(position, role, types: position == 7 ? .bytes : [.float32])
      let perChannel = position == 4 && operand.shape == [geometry.outputChannels]
      guard perChannel || operand.shape.reduce(1, *) == 1 else {
        throw .invalid("\(role) is \(Shape.text(operand.shape)): one number is needed")
      }
    }
    return [ValueInfo(type: try operands.required(7, "y_zero_point").type, shape: geometry.outputShape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (sums, shape) = try convolution.sums(
      operands.required(0), operands.required(3), xZero: operands.required(2), wZero: operands.required(5),
      bias: operands.optional(8))
    let yZero = try operands.required(7)
    let (xScale, yScale) = (try operands.required(1).doubles[0], try operands.required(6).doubles[0])
    let wScales = try operands.required(4).doubles
    let factors = wScales.map { Requantization.factor(xScale, $0, yScale) }
    let zero = yZero.doubles[0]
    let plane = max(shape[2...].reduce(1, *), 1)
    let y = sums.indices.map { i in
      Requantization.apply(
        sums[i], factor: factors[factors.count == 1 ? 0 : i / plane % shape[1]], zeroPoint: zero, to: yZero.type)
    }
    return [Tensor(type: yZero.type, shape: shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (x, w) = (try plan.operand(node, 0), try plan.operand(node, 3))
    let y = try plan.firstResult(node, order: .channelsLast)
    let sums = try plan.temporary(type: .int32, shape: y.shape, order: .channelsLast)
    try convolution.emit(
      x, w, xZero: plan.operand(node, 2), wZero: plan.operand(node, 5), bias: plan.optionalOperand(node, 8),
      to: sums, into: &plan)
    let scalars = try [1, 6, 7].map { (position) throws(OperatorError) in
      try plan.operand(node, position).reshaped(to: [])
    }
    let wScale = try plan.operand(node, 4)
    guard let xScale = scalars[0], let yScale = scalars[1], let yZero = scalars[2] else {
      throw .invalid("a scale or zero point has more than one number")
    }
    Requantization.emit(
      sums, aScale: xScale, bScale: wScale.reshaped(to: []) ?? wScale.perChannel(rank: y.rank), yScale: yScale,
      yZero: yZero, to: y, into: &plan)
  }
}
