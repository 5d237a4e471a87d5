import Graph
import Runtime

/// `saturate(round(x / y_scale) + y_zero_point)`, halves to even.
package struct QuantizeLinear: Operator {
  package static let name = "QuantizeLinear"

  static let quantizedTypes: [ElementType] = [.int8, .uint8, .int16, .uint16]

  private let axis: Int
  private let block: Int
  private let outputType: ElementType?
  private let precision: ElementType?

  package init(_ node: NodeAttributes) throws(OperatorError) {
    axis = try node.int("axis", default: 1)
    block = try node.int("block_size", default: 0)
    outputType = try node.elementType("output_dtype")
    precision = try node.elementType("precision")
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "x", types: [.float32, .float16, .int32])
    let scale = try operands.required(1, "y_scale", types: [.float32, .float16])
    _ = try QuantizationGranularity(of: x.shape, scales: scale.shape, axis: axis, block: block)
    guard precision.map({ [ElementType].floatingPoint.contains($0) }) ?? true else {
      throw .unsupported("attribute 'precision' with integers")
    }
    let zeroPoint = operands.optional(2)
    if let zeroPoint, zeroPoint.shape != scale.shape || (outputType ?? zeroPoint.type) != zeroPoint.type {
      throw .invalid(
        "the zero point is \(zeroPoint.type.name) \(Shape.text(zeroPoint.shape)): it must have the scale's shape "
          + "\(Shape.text(scale.shape)) and the result's type")
    }
    let type = zeroPoint?.type ?? outputType ?? .uint8
    guard QuantizeLinear.quantizedTypes.contains(type) else { throw .unsupported("quantisation to \(type.name)") }
    return [ValueInfo(type: type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, scale) = (try operands.required(0), try operands.required(1))
    let type = operands.optional(2)?.type ?? outputType ?? .uint8
    let zeros = operands.optional(2)?.doubles
    let granularity = try QuantizationGranularity(of: x.shape, scales: scale.shape, axis: axis, block: block)
    // The quotient is rounded to the precision's type: it decides which way what looks like a half goes.
    let precision = precision ?? scale.type
    let (values, scales) = (x.doubles, scale.doubles)
    let (least, greatest) = type.quantizedRange
    var y = [Double](repeating: 0, count: values.count)
    granularity.forEachRun { elements, parameter in
      let scale = precision.rounding(scales[parameter])
      let zero = zeros?[parameter] ?? 0
      for i in elements {
        let quotient = precision.rounding(precision.rounding(values[i]) / scale)
        y[i] = min(max(quotient.rounded(.toNearestOrEven) + zero, least), greatest)
      }
    }
    return [Tensor(type: type, shape: x.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    var x = try plan.operand(node, 0)
    var scale = try plan.operand(node, 1)
    let granularity = try QuantizationGranularity(of: x.shape, scales: scale.shape, axis: axis, block: block)
    var zeroPoint = try plan.optionalOperand(node, 2)
    if let given = zeroPoint { zeroPoint = try granularity.view(given, into: &plan) }
    switch precision ?? scale.type {
    case .float32:
      x = try plan.cast(x, to: .float32)
      scale = try granularity.view(plan.cast(scale, to: .float32), into: &plan)
    case .float16:
      // Divided in float16 first, then rounded and shifted with a scale of one.
      let quotient = try plan.temporary(type: .float16, shape: x.shape, order: .like(x))
      let divisor = try granularity.view(plan.cast(scale, to: .float16), into: &plan)
      plan.emit(.divide, try plan.cast(x, to: .float16), divisor, to: quotient)
      x = try plan.cast(quotient, to: .float32)
      scale = plan.constant(Tensor(scalar: Float(1))).broadcast(to: x.shape)
    default: throw .unsupported("division in \((precision ?? scale.type).name) in a compiled plan")
    }
    let y = try plan.firstResult(node, order: .like(x))
    plan.emit(
      QuantizeInstruction(
        input: plan.id(x), scale: plan.id(scale), zeroPoint: plan.id(zeroPoint), output: plan.id(y)),
      reads: [x, scale, zeroPoint], writes: [y])
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    // The straight-through estimator: rounding counts as the identity, and what is clamped has no derivative.
    guard let dq = node.resultGradient(0) else { return }
    let (x, scale) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let (info, type) = (try node.info(x), try node.info(scale).type)
    guard info.type.isFloatingPoint else { throw .unsupported("a derivative by integers") }
    let granularity = try QuantizationGranularity(
      of: info.shape, scales: node.info(scale).shape, axis: axis, block: block)
    let factor = try granularity.aligned(scale, &node)
    let steps = try node.quotient(node.converted(x, to: type), factor)
    var rounded = try node.emit("Round", [steps])
    if let zero = node.operand(2) {
      rounded = try node.sum(rounded, node.converted(granularity.aligned(zero, &node), to: type))
    }
    let (least, greatest) = try node.info(node.result(0)).type.quantizedRange
    let isInside = try node.emit(
      "And",
      [node.compare(rounded, "GreaterOrEqual", least), node.compare(rounded, "LessOrEqual", greatest)])
    let dx = try node.select(isInside, node.quotient(node.converted(dq, to: type), factor), else: 0)
    if node.isWanted(0) { node.set(0, try node.converted(dx, to: info.type)) }
    if node.isWanted(1) {
      let sum = try granularity.reduced(node.product(dx, steps), toShapeOf: scale, &node)
      node.set(1, try node.emit("Neg", [sum]))
    }
  }
}

extension ElementType {
  /// The least and the greatest number of an integer type of at most 16 bits.
  var quantizedRange: (Double, Double) {
    switch self {
    case .int8: (-128, 127)
    case .uint8: (0, 255)
    case .int16: (-32768, 32767)
    default: (0, 65535)
    }
  }

  /// A number rounded to a floating-point type.
  @inline(__always)
  func rounding(_ value: Double) -> Double {
    switch self {
    case .float32: Double(Float(value))
    case .float16: Double(Float16(value))
    default: value
    }
  }
}
