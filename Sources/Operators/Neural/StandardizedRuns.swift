import Graph

/// Runs of elements standardised by emitted nodes, for the derivatives of the normalisations.
///
/// Statistics are computed again from the operand, in its own type: the results that a node may have of them are
/// rounded to float32.
struct StandardizedRuns {
  private let axes: [Int]
  private let isCentred: Bool
  /// `(x - mean) / sqrt(variance + epsilon)`; without centring, the mean counts as 0.
  let standard: ValueID
  /// `1 / sqrt(variance + epsilon)`, with extent 1 along the axes.
  let inverseDeviation: ValueID

  /// Emits the standardisation of `x` over some axes taken together.
  init(
    _ x: ValueID, axes: [Int], epsilon: Float, isCentred: Bool = true, _ node: inout NodeGradient
  ) throws(OperatorError) {
    (self.axes, self.isCentred) = (axes, isCentred)
    let centred = isCentred ? try node.difference(x, node.reduce("ReduceMean", x, axes: axes)) : x
    let variance = try node.reduce("ReduceMean", node.square(centred), axes: axes)
    let deviation = try node.emit("Sqrt", [node.shifted(variance, by: Double(epsilon))])
    inverseDeviation = try node.emit("Reciprocal", [deviation])
    standard = try node.product(centred, inverseDeviation)
  }

  /// The derivative by `x`, from that by the standardised elements:
  /// `inverse deviation * (d - mean of d - standard * mean of (d * standard))`.
  func gradient(from derivative: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
    let share = try node.reduce("ReduceMean", node.product(derivative, standard), axes: axes)
    var rest = try node.difference(derivative, node.product(standard, share))
    if isCentred { rest = try node.difference(rest, node.reduce("ReduceMean", derivative, axes: axes)) }
    return try node.product(rest, inverseDeviation)
  }

  /// Sets the derivatives by scale and bias (operands 1 and 2) of `y = standard * scale + bias`, scale and bias being
  /// vectors of one number a channel or broadcast to y's shape.
  static func setParameters(
    _ dy: ValueID, standard: ValueID, arePerChannel: Bool, _ node: inout NodeGradient
  ) throws(OperatorError) {
    let rank = try node.info(dy).rank
    for position in 1...2 where node.isWanted(position) {
      let parameter = try node.requiredOperand(position)
      let shape = try node.info(parameter).shape
      let part = position == 1 ? try node.product(dy, standard) : dy
      let target = arePerChannel ? shape + Array(repeating: 1, count: rank - 2) : shape
      node.set(position, try node.reshaped(node.reduced(part, to: target), to: shape))
    }
  }
}
