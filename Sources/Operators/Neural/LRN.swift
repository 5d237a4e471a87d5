import Foundation
import Graph
import Runtime

/// `X / (bias + alpha / size * sum of squares)^beta`, the sum running over `size` neighbouring channels.
package struct LRN: Operator {
  package static let name = "LRN"

  private let alpha: Float
  private let beta: Float
  private let bias: Float
  private let size: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1e-4)
    beta = try node.float("beta", default: 0.75)
    bias = try node.float("bias", default: 1)
    guard let size = try node.optionalInt("size") else { throw .invalid("attribute 'size' is missing") }
    guard (1...SlidingWindow.limit).contains(size) else {
      throw .invalid("attribute 'size' is \(size): 1 to \(SlidingWindow.limit) is allowed")
    }
    self.size = size
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    guard x.rank >= 2 else { throw .invalid("the input has \(x.rank) axes: batch and channels are needed") }
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  /// The window of channel c runs from `c - (size - 1) / 2` to `c + size / 2`.
  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    var values = x.doubles
    values.updateLines(of: x.shape, axis: 1) { line in
      line.indices.map { c in
        let window = line[max(0, c - (size - 1) / 2)...min(line.count - 1, c + size / 2)]
        let sum = window.reduce(0) { $0 + $1.squared }
        return line[c] / pow(Double(bias) + Double(alpha) / Double(size) * sum, Double(beta))
      }
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: values)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    guard x.type == .float32 else { throw .unsupported("float64 in a compiled plan") }
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    plan.emit(
      LocalResponseNormalizationInstruction(
        input: plan.id(x), output: plan.id(work), size: Int32(clamping: size), alpha: alpha, beta: beta, bias: bias),
      reads: [x], writes: [work])
    plan.deliver(work, to: y)
  }
}
