import Graph
import Runtime

/// A pooling with a window: what differs between maximum, average and Lp.
package protocol PoolOperator: Operator {
  var window: SlidingWindow { get }
  static var operandTypes: [ElementType] { get }
  static var kind: PoolKind { get }
  /// Average only: whether taps in the padding count.
  var countsPadding: Bool { get }
  /// Lp only: p.
  var exponent: Int { get }
  /// Maximum only: whether positions count the first spatial axis fastest.
  var isColumnMajor: Bool { get }
}

extension PoolOperator {
  package static var operandTypes: [ElementType] { .floatingPoint }
  package var countsPadding: Bool { false }
  package var exponent: Int { 2 }
  package var isColumnMajor: Bool { false }

  func geometry(_ x: [Int]) throws(OperatorError) -> WindowGeometry { try window.poolGeometry(x) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: Self.operandTypes)
    return [ValueInfo(type: x.type, shape: try x.shape[..<min(2, x.rank)] + geometry(x.shape).output)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let window = try geometry(x.shape)
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    let indices = try plan.result(node, 1, order: .rowMajor)
    plan.emit(
      PoolInstruction(
        kind: Self.kind.rawValue, input: plan.id(x), output: plan.id(work), indices: plan.id(indices),
        indexOrder: isColumnMajor ? 1 : 0, spatialRank: Int32(window.rank), kernel: window.kernelLanes,
        stride: window.strideLanes, dilation: window.dilationLanes, padBegin: window.padBeginLanes,
        padEnd: window.padEndLanes, countIncludePad: countsPadding ? 1 : 0, exponent: Int32(clamping: exponent)),
      reads: [x], writes: [work, indices])
    plan.deliver(work, to: y)
  }
}

extension SlidingWindow {
  /// A pooling's windows on a tensor `[N, C, spatial...]`.
  func poolGeometry(_ x: [Int]) throws(OperatorError) -> WindowGeometry {
    _ = try SlidingWindow.spatialRank(x)
    let geometry = try placed(on: Array(x[2...]), kernel: requiredKernel())
    guard Shape.elementCount(geometry.kernel) ?? .max < SlidingWindow.limit else {
      throw .unsupported("a window of \(Shape.text(geometry.kernel)) elements: at most \(SlidingWindow.limit) are")
    }
    return geometry
  }
}
