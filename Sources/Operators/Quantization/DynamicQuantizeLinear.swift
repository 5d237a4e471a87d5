import Graph
import Runtime

/// uint8 with the scale of the tensor at hand: results y, its scale and its zero point.
///
/// The range from the least to the greatest element is widened to hold 0, so that 0 is exact.
package struct DynamicQuantizeLinear: Operator {
  package static let name = "DynamicQuantizeLinear"

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "x", types: [.float32])
    return [
      ValueInfo(type: .uint8, shape: x.shape), ValueInfo(type: .float32, shape: []),
      ValueInfo(type: .uint8, shape: []),
    ]
  }

  /// In single precision, step by step, like ONNX Runtime; a tensor of zeros counts as one of range 1, as in ONNX's
  /// reference.
  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let values = x.elements(as: Float.self)
    let (least, greatest) = (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
    let scale = (greatest == least ? 1 : greatest - least) / 255
    let zero = min(max((-least / scale).rounded(.toNearestOrEven), 0), 255)
    let y = values.map { value in
      UInt8(clamping: Int(clamping: Double((value / scale).rounded(.toNearestOrEven) + zero)))
    }
    return [
      Tensor(y, shape: x.shape), Tensor(scalar: scale), Tensor(scalar: UInt8(clamping: Int(clamping: Double(zero)))),
    ]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    let scale = try part(1, .float32, of: node, in: &plan)
    let zero = try part(2, .uint8, of: node, in: &plan)
    plan.emit(
      DynamicQuantizeInstruction(
        input: plan.id(x), output: plan.id(y), scale: plan.id(scale), zeroPoint: plan.id(zero)),
      reads: [x], writes: [y, scale, zero])
  }

  /// A scalar result, or memory for it where nobody asks for it.
  private func part(
    _ position: Int, _ type: ElementType, of node: Node, in plan: inout Lowering
  ) throws(OperatorError) -> LoweredView {
    if let view = try plan.result(node, position, order: .rowMajor) { return view }
    return try plan.temporary(type: type, shape: [])
  }
}
