import Graph
import Runtime

/// The operand repeated along each axis.
package struct Tile: Operator {
  package static let name = "Tile"
  package static let channelFlow = ChannelFlow.movement

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input")
    return [ValueInfo(type: x.type, shape: try tiled(x.shape, try operands.constant(1, "repeats").integers))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let shape = try tiled(x.shape, try operands.required(1).integers)
    return [x.picking(positions(x.shape, shape), shape: shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    guard let repeats = try plan.constant(node, 1)?.integers else { throw .valueNeeded(operand: 1) }
    let shape = try tiled(x.shape, repeats)
    let axes = shape.indices.filter { repeats[$0] != 1 && x.shape[$0] != 1 }
    if axes.isEmpty { return plan.bind(node, to: x.broadcast(to: shape)) }
    let y = try plan.firstResult(node, order: .like(x))
    if y.elementCount == 0 { return }
    guard x.rank + axes.count <= maximumRank else {
      return try plan.pick(x, positions: positions(x.shape, shape), to: y)
    }
    // Each repeated axis is seen as two, of which the outer one repeats.
    var (source, target) = (x.broadcast(to: shape.indices.map { axes.contains($0) ? x.shape[$0] : shape[$0] }), y)
    for axis in axes.reversed() {
      source = source.inserting(axis: axis, count: repeats[axis])
      target = target.splitting(axis: axis, inner: x.shape[axis])
    }
    plan.copy(source, to: target)
  }

  private func positions(_ shape: [Int], _ target: [Int]) -> [Int] {
    let sources = shape.indices.map { axis in (0..<target[axis]).map { $0 % shape[axis] } }
    return Shape.positions(in: shape, sources: sources)
  }

  private func tiled(_ shape: [Int], _ repeats: [Int]) throws(OperatorError) -> [Int] {
    guard repeats.count == shape.count, repeats.allSatisfy({ (0...Shape.maximumElementCount).contains($0) }) else {
      throw .invalid("repeats \(repeats) do not fit \(Shape.text(shape))")
    }
    return try Shape.checked(zip(shape, repeats).map { $0 * $1 })
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let shape = try node.info(node.requiredOperand(0)).shape
    var (sums, current) = (dy, try node.info(dy).shape)
    // Repetitions of one axis after the other are added up.
    for axis in shape.indices where current[axis] != shape[axis] {
      let inner = current[(axis + 1)...].reduce(1, *)
      let repeats = shape[axis] == 0 ? 0 : current[axis] / shape[axis]
      let parts = try node.reshaped(sums, to: [current[..<axis].reduce(1, *), repeats, shape[axis] * inner])
      current[axis] = shape[axis]
      sums = try node.reshaped(
        node.emit("ReduceSum", [parts, node.integers([1])], ["keepdims": .int(0)]), to: current)
    }
    node.set(0, sums)
  }
}
