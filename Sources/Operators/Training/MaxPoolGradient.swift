import Graph
import Runtime

/// The derivative of MaxPool: every window's gradient goes to its first largest element. Operands X and dY; MaxPool's
/// attributes.
package struct MaxPoolGradient: Operator {
  package static let name = "MaxPoolGradient"

  private let window: SlidingWindow

  package init(_ node: NodeAttributes) throws(OperatorError) { window = try SlidingWindow(node) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: [.float32, .float64])
    let pooled = try window.poolGeometry(x.shape).output
    try operands.require(1, "dY", like: ValueInfo(type: x.type, shape: x.shape[..<2] + pooled))
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  /// A window that sees only padding gives nothing; not-a-number counts as larger than any number.
  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, dy) = (try operands.required(0), try operands.required(1).doubles)
    let values = x.doubles
    var dx = [Double](repeating: 0, count: values.count)
    var output = 0
    _ = try window.poolGeometry(x.shape).reduceWindows(planes: x.shape[0] * x.shape[1]) { positions, plane, _ in
      var best: Int?
      for position in positions.map({ plane + $0 }) {
        guard let largest = best.map({ values[$0] }) else {
          best = position
          continue
        }
        if values[position] > largest || values[position].isNaN && !largest.isNaN { best = position }
      }
      if let best { dx[best] += dy[output] }
      output += 1
      return 0
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: dx)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (x, dy) = (try plan.channelsLast(plan.operand(node, 0)), try plan.operand(node, 1))
    try plan.poolGradient(node, .maximum, window.poolGeometry(x.shape), input: x, gradient: dy, .one)
  }
}

extension Lowering {
  /// Emits the gradient of a pooling as the node's result.
  mutating func poolGradient(
    _ node: Node, _ kind: PoolKind, _ window: WindowGeometry, input: LoweredView?, gradient: LoweredView,
    _ divisor: PoolDivisor
  ) throws(OperatorError) {
    let gradient = try channelsLast(gradient)
    let dx = try firstResult(node, order: .channelsLast)
    let work = try workspace(for: dx, order: .channelsLast) { $0.isChannelsLast }
    emit(
      PoolGradientInstruction(
        kind: kind.rawValue, input: id(input), gradient: id(gradient), output: id(work),
        spatialRank: Int32(window.rank), kernel: window.kernelLanes, stride: window.strideLanes,
        dilation: window.dilationLanes, padBegin: window.padBeginLanes, padEnd: window.padEndLanes,
        divisor: divisor.rawValue),
      reads: [input, gradient], writes: [work])
    deliver(work, to: dx)
  }
}
