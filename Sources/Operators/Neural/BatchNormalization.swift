import Graph
import Runtime

/// `(X - mean) / sqrt(variance + epsilon) * scale + B`, one number of each a channel.
///
/// In training mode mean and variance are those of X, and the results are Y and the running mean and variance.
package struct BatchNormalization: Operator {
  package static let name = "BatchNormalization"
  package static let channelFlow = ChannelFlow.channelwise

  private let epsilon: Float
  private let momentum: Float
  private let isTraining: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    momentum = try node.float("momentum", default: 0.9)
    isTraining = try node.flag("training_mode")
    if !isTraining && node.resultCount > 1 {
      throw .invalid("it has \(node.resultCount) results: without training mode there is one")
    }
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    // One axis only: a batch of single numbers, that is one channel.
    let channels = x.rank > 1 ? x.shape[1] : 1
    for (position, role) in ["scale", "B", "input_mean", "input_var"].enumerated() {
      let vector = try operands.required(position + 1, role, types: .floatingPoint)
      guard vector.shape == [channels] else {
        throw .invalid("\(role) is \(Shape.text(vector.shape)): \(channels) channels need as many numbers")
      }
    }
    let statistics = try operands.required(3, "input_mean").type
    let running = ValueInfo(type: statistics, shape: [channels])
    return [ValueInfo(type: x.type, shape: x.shape)] + (isTraining ? [running, running] : [])
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let (scale, bias) = (try operands.required(1).doubles, try operands.required(2).doubles)
    let statistics = try operands.required(3)
    var (mean, variance) = (statistics.doubles, try operands.required(4).doubles)
    let channels = scale.count
    let inner = x.shape.dropFirst(2).reduce(1, *)
    let values = x.doubles
    func channel(_ i: Int) -> Int { i / inner % channels }
    var running: [Tensor] = []
    if isTraining {
      let share = 1 / Double(max(values.count / max(channels, 1), 1))
      var (batchMean, batchVariance) = (
        [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
      )
      for i in values.indices { batchMean[channel(i)] += values[i] * share }
      for i in values.indices { batchVariance[channel(i)] += share * (values[i] - batchMean[channel(i)]).squared }
      let keep = Double(momentum)
      for (old, new) in [(mean, batchMean), (variance, batchVariance)] {
        let mixed = zip(old, new).map { $0 * keep + $1 * (1 - keep) }
        running.append(Tensor(type: statistics.type, shape: [channels], doubles: mixed))
      }
      (mean, variance) = (batchMean, batchVariance)
    }
    let factor = (0..<channels).map { scale[$0] / (variance[$0] + Double(epsilon)).squareRoot() }
    let y = values.indices.map { i in
      let c = channel(i)
      return (values[i] - mean[c]) * factor[c] + bias[c]
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: y)] + running
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard !isTraining else { throw .unsupported("training mode in a compiled plan: set training_mode to 0") }
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    let work = try plan.workspace(for: y, order: .like(x))
    let (factor, offset) = try affine(node, type: work.type, into: &plan)
    plan.emit(.multiply, try plan.widened(x), factor.perChannel(rank: x.rank), to: work)
    plan.emit(.add, work, offset.perChannel(rank: x.rank), to: work)
    plan.deliver(work, to: y)
  }

  /// Factor and offset of every channel: constants, or computed where an operand is.
  private func affine(
    _ node: Node, type: ElementType, into plan: inout Lowering
  ) throws(OperatorError) -> (factor: LoweredView, offset: LoweredView) {
    if let scale = try plan.constant(node, 1)?.doubles, let bias = try plan.constant(node, 2)?.doubles,
      let mean = try plan.constant(node, 3)?.doubles, let variance = try plan.constant(node, 4)?.doubles
    {
      let factor = zip(scale, variance).map { $0 / ($1 + Double(epsilon)).squareRoot() }
      let offset = bias.indices.map { bias[$0] - mean[$0] * factor[$0] }
      return (
        plan.constant(Tensor(type: type, shape: [scale.count], doubles: factor)),
        plan.constant(Tensor(type: type, shape: [scale.count], doubles: offset))
      )
    }
    var operands: [LoweredView] = []
    for position in 1...4 { operands.append(try plan.cast(plan.operand(node, position), to: type)) }
    let shape = operands[0].shape
    let (factor, offset) = (try plan.temporary(type: type, shape: shape), try plan.temporary(type: type, shape: shape))
    let smallest = plan.constant(Tensor(type: type, shape: [], doubles: [Double(epsilon)]))
    plan.emit(.add, operands[3], smallest, to: factor)
    plan.emit(.squareRoot, factor, to: factor)
    plan.emit(.divide, operands[0], factor, to: factor)
    plan.emit(.multiply, operands[2], factor, to: offset)
    plan.emit(.subtract, operands[1], offset, to: offset)
    return (factor, offset)
  }

  /// Of an affine function with given statistics; with S the deviation, dX = dY scale / S.
  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard !isTraining else { throw .unsupported("a derivative in training mode: use BatchNormalizationTraining") }
    guard let dy = node.resultGradient(0) else { return }
    let (x, scale, mean) = (
      try node.requiredOperand(0), try node.requiredOperand(1), try node.requiredOperand(3)
    )
    let variance = try node.requiredOperand(4)
    let shape = try node.info(x).shape
    let channels = try node.info(scale).shape
    let perChannel = node.integers(channels + shape.dropFirst(2).map { _ in 1 })
    let deviation = try node.emit("Sqrt", [node.emit("Add", [variance, node.scalar(Double(epsilon), like: variance)])])
    let factor = try node.emit("Div", [scale, deviation])
    if node.isWanted(0) {
      node.set(0, try node.emit("Mul", [dy, node.emit("Reshape", [factor, perChannel])]))
    }
    guard (1...4).contains(where: { node.isWanted($0) }) else { return }
    let axes = node.integers(shape.indices.filter { $0 != 1 })
    let keeps: [String: Attribute] = ["keepdims": .int(0)]
    func total(_ value: ValueID, _ node: inout NodeGradient) throws(OperatorError) -> ValueID {
      try node.emit("Reshape", [node.emit("ReduceSum", [value, axes], keeps), node.integers(channels)])
    }
    let sum = try total(dy, &node)
    node.set(2, sum)
    if node.isWanted(3) { node.set(3, try node.emit("Neg", [node.emit("Mul", [sum, factor])])) }
    guard node.isWanted(1) || node.isWanted(4) else { return }
    let centered = try node.emit("Sub", [x, node.emit("Reshape", [mean, perChannel])])
    let byScale = try node.emit("Div", [total(node.emit("Mul", [dy, centered]), &node), deviation])
    node.set(1, byScale)
    if node.isWanted(4) {
      // d(1 / S) / d variance = -1 / (2 S^3).
      let ratio = try node.emit(
        "Div", [node.emit("Mul", [byScale, scale]), node.emit("Mul", [deviation, deviation])])
      node.set(4, try node.emit("Mul", [ratio, node.scalar(-0.5, like: ratio)]))
    }
  }
}

extension LoweredView {
  /// A view `[C]` as `[C, 1, ...]`, which broadcasts along axis 1 of a tensor of the given rank.
  func perChannel(rank: Int) -> LoweredView { appendingAxes(max(0, rank - 2)) }

  /// The view with axes of extent 1 at the end.
  func appendingAxes(_ count: Int) -> LoweredView {
    (0..<count).reduce(self) { view, _ in view.inserting(axis: view.rank) }
  }
}

extension Double {
  var squared: Double { self * self }
}
