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

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (x, y) = (try node.requiredOperand(0), try node.result(0))
    let shape = try node.info(x).shape
    // y = x s^-beta, s = bias + alpha (mean of squares): channel c stands in the windows of c - size / 2 to
    // c + (size - 1) / 2.
    let energy = try mean(of: node.square(x), before: (size - 1) / 2, shape, &node)
    let s = try node.shifted(node.scaled(energy, by: Double(alpha)), by: Double(bias))
    let direct = try node.product(dy, node.emit("Pow", [s, node.scalar(-Double(beta), like: s)]))
    let shares = try mean(of: node.quotient(node.product(dy, y), s), before: size / 2, shape, &node)
    let rest = try node.scaled(node.product(x, shares), by: 2 * Double(alpha) * Double(beta))
    node.set(0, try node.difference(direct, rest))
  }

  /// Sums over a window of channels that begins `before` channels earlier, divided by `size`.
  private func mean(
    of value: ValueID, before: Int, _ shape: [Int], _ node: inout NodeGradient
  ) throws(OperatorError) -> ValueID {
    let planes = try node.reshaped(value, to: [shape[0], 1, shape[1], shape[2...].reduce(1, *)])
    let pooled = try node.emit(
      "AveragePool", [planes],
      [
        "kernel_shape": .ints([size, 1]), "pads": .ints([before, 0, size - 1 - before, 0]),
        "count_include_pad": .int(1),
      ])
    return try node.reshaped(pooled, to: shape)
  }
}
