import Graph
import Runtime

/// All axes from `axis` on standardised together, times Scale, plus B, both broadcast to X.
///
/// Results: Y, and on request the mean and the inverse deviation of every run, with extent 1 from `axis` on.
package struct LayerNormalization: Operator {
  package static let name = "LayerNormalization"

  private let standardization: Standardization
  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    standardization = Standardization(epsilon: try node.float("epsilon", default: 1e-5))
    axis = try node.int("axis", default: -1)
    try node.requireFloatStash()
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    for (position, role) in [(1, "Scale"), (2, "B")] where position == 1 || operands.optional(position) != nil {
      let operand = try operands.required(position, role, types: [x.type])
      guard Shape.broadcast(operand.shape, x.shape) == x.shape else {
        throw .invalid("\(role) is \(Shape.text(operand.shape)), which does not broadcast to \(Shape.text(x.shape))")
      }
    }
    let statistics = ValueInfo(type: .float32, shape: x.shape[..<axis] + x.shape[axis...].map { _ in 1 })
    return [ValueInfo(type: x.type, shape: x.shape), statistics, statistics]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let scale = try operands.required(1).broadcast(to: x.shape).doubles
    let bias = operands.optional(2)?.broadcast(to: x.shape).doubles
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    let (standard, mean, inverse) = standardization.apply(x.doubles, run: x.shape[axis...].reduce(1, *))
    let y = standard.indices.map { standard[$0] * scale[$0] + (bias?[$0] ?? 0) }
    let statistics: [Int] = x.shape[..<axis] + x.shape[axis...].map { _ in 1 }
    return [
      Tensor(type: x.type, shape: x.shape, doubles: y), Tensor(type: .float32, shape: statistics, doubles: mean),
      Tensor(type: .float32, shape: statistics, doubles: inverse),
    ]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let scale = try plan.widened(plan.operand(node, 1))
    var bias = try plan.optionalOperand(node, 2)
    if let given = bias { bias = try plan.widened(given) }
    let y = try plan.firstResult(node, order: .rowMajor)
    let work = try plan.workspace(for: y, order: .rowMajor)
    let mean = try plan.result(node, 1, order: .rowMajor)
    let inverse = try plan.result(node, 2, order: .rowMajor)
    try standardization.emit(
      x, axes: Shape.resolved(axis: axis, rank: x.shape.count)..<x.rank, scale: scale, bias: bias, to: work, mean: mean,
      inverseDeviation: inverse, into: &plan)
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    let (x, scale) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let info = try node.info(x)
    let first = try Shape.resolved(axis: axis, rank: info.rank)
    let runs = try StandardizedRuns(
      x, axes: Array(first..<info.rank), epsilon: standardization.epsilon, &node)
    if let dy = node.resultGradient(0) {
      try StandardizedRuns.setParameters(dy, standard: runs.standard, arePerChannel: false, &node)
    }
    guard node.isWanted(0) else { return }
    var parts: [ValueID] = []
    if let dy = node.resultGradient(0) { parts.append(try runs.gradient(from: node.product(dy, scale), &node)) }
    // The mean's derivative is 1 / count, that of the inverse deviation r is -r^2 standard / count.
    let share = 1 / Double(max(info.shape[first...].reduce(1, *), 1))
    if let given = node.resultGradient(1) {
      let dMean = try node.scaled(node.converted(given, to: info.type), by: share)
      parts.append(try node.emit("Expand", [dMean, node.integers(info.shape)]))
    }
    if let given = node.resultGradient(2) {
      let dInverse = try node.scaled(node.converted(given, to: info.type), by: -share)
      let factor = try node.product(dInverse, node.square(runs.inverseDeviation))
      parts.append(try node.product(runs.standard, factor))
    }
    node.set(0, parts.count == 1 ? parts[0] : try node.emit("Sum", parts))
  }
}

extension NodeAttributes {
  /// Checks `stash_type`: statistics are computed in float32 or better, whatever the operands are.
  func requireFloatStash() throws(OperatorError) {
    let type = try elementType("stash_type") ?? .float32
    guard type == .float32 else { throw .unsupported("statistics in \(type.name): attribute 'stash_type' must be 1") }
  }
}
