import Graph
import Runtime

/// `(x - x_zero_point) * x_scale`.
package struct DequantizeLinear: Operator {
  package static let name = "DequantizeLinear"

  private let axis: Int
  private let block: Int
  private let outputType: ElementType?

  package init(_ node: NodeAttributes) throws(OperatorError) {
    axis = try node.int("axis", default: 1)
    block = try node.int("block_size", default: 0)
    outputType = try node.elementType("output_dtype")
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "x", types: QuantizeLinear.quantizedTypes + [.int32])
    let scale = try operands.required(1, "x_scale", types: [.float32, .float16])
    _ = try QuantizationGranularity(of: x.shape, scales: scale.shape, axis: axis, block: block)
    if let zeroPoint = operands.optional(2), zeroPoint.shape != scale.shape || zeroPoint.type != x.type {
      throw .invalid(
        "the zero point is \(zeroPoint.type.name) \(Shape.text(zeroPoint.shape)): "
          + "\(x.type.name) \(Shape.text(scale.shape)) is needed, like input and scale")
    }
    let type = outputType ?? scale.type
    guard type == .float32 || type == .float16 else { throw .invalid("output_dtype is \(type.name)") }
    return [ValueInfo(type: type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, scale) = (try operands.required(0), try operands.required(1))
    let granularity = try QuantizationGranularity(of: x.shape, scales: scale.shape, axis: axis, block: block)
    let (scales, zeros) = (scale.doubles, operands.optional(2)?.doubles)
    var y = x.doubles
    granularity.forEachRun { elements, parameter in
      let (scale, zero) = (scales[parameter], zeros?[parameter] ?? 0)
      for i in elements { y[i] = (y[i] - zero) * scale }
    }
    return [Tensor(type: outputType ?? scale.type, shape: x.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let scales = try plan.operand(node, 1)
    let granularity = try QuantizationGranularity(of: x.shape, scales: scales.shape, axis: axis, block: block)
    let scale = try granularity.view(plan.widened(scales), into: &plan)
    var zeroPoint = try plan.optionalOperand(node, 2)
    if let given = zeroPoint { zeroPoint = try granularity.view(given, into: &plan) }
    let y = try plan.firstResult(node, order: .like(x))
    let work = try plan.workspace(for: y, order: .like(x))
    plan.emit(
      DequantizeInstruction(
        input: plan.id(x), scale: plan.id(scale), zeroPoint: plan.id(zeroPoint), output: plan.id(work)),
      reads: [x, scale, zeroPoint], writes: [work])
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    // The integers' own derivative is of the scale's type: QuantizeLinear passes it on.
    let (x, scale) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let info = try node.info(scale)
    let granularity = try QuantizationGranularity(
      of: node.info(x).shape, scales: info.shape, axis: axis, block: block)
    let dq = try node.converted(dy, to: info.type)
    if node.isWanted(0) { node.set(0, try node.product(dq, granularity.aligned(scale, &node))) }
    guard node.isWanted(1) else { return }
    var steps = try node.converted(x, to: info.type)
    if let zero = node.operand(2) {
      steps = try node.difference(steps, node.converted(granularity.aligned(zero, &node), to: info.type))
    }
    node.set(1, try granularity.reduced(node.product(dq, steps), toShapeOf: scale, &node))
  }
}
