import Graph
import Runtime

/// `X / sqrt(mean of X^2 + epsilon) * scale` over all axes from `axis` on; scale is broadcast to X.
package struct RMSNormalization: Operator {
  package static let name = "RMSNormalization"

  private let epsilon: Float
  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    axis = try node.int("axis", default: -1)
    try node.requireFloatStash()
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    let scale = try operands.required(1, "scale", types: .floatingPoint)
    _ = try Shape.resolved(axis: axis, rank: x.shape.count)
    guard Shape.broadcast(scale.shape, x.shape) == x.shape else {
      throw .invalid("scale is \(Shape.text(scale.shape)), which does not broadcast to \(Shape.text(x.shape))")
    }
    return [ValueInfo(type: scale.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, scale) = (try operands.required(0), try operands.required(1))
    let count = x.shape[try Shape.resolved(axis: axis, rank: x.shape.count)...].reduce(1, *)
    let (values, factors) = (x.doubles, scale.broadcast(to: x.shape).doubles)
    let y = stride(from: 0, to: values.count, by: max(count, 1)).flatMap { start in
      let run = start..<(start + count)
      let square = values[run].reduce(0) { $0 + $1.squared } / Double(count)
      return run.map { values[$0] / (square + Double(epsilon)).squareRoot() * factors[$0] }
    }
    return [Tensor(type: scale.type, shape: x.shape, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let scale = try plan.cast(plan.operand(node, 1), to: x.type)
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    let y = try plan.firstResult(node, order: .like(x))
    let work = y.type == x.type ? y : try plan.temporary(type: x.type, shape: x.shape, order: .like(x))
    let norm = try plan.temporary(type: x.type, shape: x.shape[..<axis] + x.shape[axis...].map { _ in 1 })
    plan.emit(.multiply, x, x, to: work)
    let axes = (axis..<x.rank).reduce(Int32(0)) { $0 | 1 << Int32($1) }
    plan.emit(
      ReduceInstruction(
        function: ReduceFunction.mean.rawValue, input: plan.id(work), output: plan.id(norm), axes: axes),
      reads: [work], writes: [norm])
    plan.emit(.add, norm, plan.constant(Tensor(type: x.type, shape: [], doubles: [Double(epsilon)])), to: norm)
    plan.emit(.squareRoot, norm, to: norm)
    plan.emit(.divide, x, norm, to: work)
    plan.emit(.multiply, work, scale, to: work)
    plan.deliver(work, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let given = node.resultGradient(0) else { return }
    let (x, scale) = (try node.requiredOperand(0), try node.requiredOperand(1))
    let info = try node.info(x)
    let first = try Shape.resolved(axis: axis, rank: info.rank)
    let runs = try StandardizedRuns(
      x, axes: Array(first..<info.rank), epsilon: epsilon, isCentred: false, &node)
    let dy = try node.converted(given, to: info.type)
    if node.isWanted(0) {
      let scaled = try node.product(dy, node.converted(scale, to: info.type))
      node.set(0, try runs.gradient(from: scaled, &node))
    }
    if node.isWanted(1) {
      let sum = try node.reduced(node.product(dy, runs.standard), toShapeOf: scale)
      node.set(1, try node.converted(sum, to: node.info(scale).type))
    }
  }
}
