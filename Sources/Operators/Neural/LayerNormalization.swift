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
}

extension NodeAttributes {
  /// Checks `stash_type`: statistics are computed in float32 or better, whatever the operands are.
  func requireFloatStash() throws(OperatorError) {
    let type = try elementType("stash_type") ?? .float32
    guard type == .float32 else { throw .unsupported("statistics in \(type.name): attribute 'stash_type' must be 1") }
  }
}
