import Graph

/// Operands one after the other along an axis; all other extents are equal.
package struct Concat: Operator {
  package static let name = "Concat"
  package static let channelFlow = ChannelFlow.movement

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) {
    guard let axis = try node.optionalInt("axis") else { throw .invalid("attribute 'axis' is missing") }
    self.axis = axis
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let first = try operands.required(0, "input 0")
    let axis = try Shape.resolved(axis: axis, rank: first.rank)
    var shape = first.shape
    for position in operands.indices.dropFirst() {
      let other = try operands.required(position, "input \(position)")
      guard other.type == first.type, other.rank == first.rank,
        shape.indices.allSatisfy({ $0 == axis || shape[$0] == other.shape[$0] })
      else {
        throw .invalid(
          "input \(position) (\(other.type.name) \(Shape.text(other.shape))) does not fit the first "
            + "(\(first.type.name) \(Shape.text(first.shape))) along axis \(axis)")
      }
      shape[axis] += other.shape[axis]
    }
    return [ValueInfo(type: first.type, shape: try Shape.checked(shape))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    var shape = try operands.required(0).shape
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    let parts = operands.compactMap { $0 }
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    let outer = shape[..<axis].reduce(1, *)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(parts.reduce(0) { $0 + $1.bytes.count })
    for row in 0..<outer {
      for part in parts {
        let count = part.bytes.count / outer
        bytes += part.bytes[row * count..<(row + 1) * count]
      }
    }
    return [Tensor(type: parts[0].type, shape: shape, bytes: bytes)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    var parts: [LoweredView] = []
    for position in node.inputs.indices { parts.append(try plan.operand(node, position)) }
    guard parts.count > 1 else { return plan.bind(node, to: parts[0]) }
    let axis = try Shape.resolved(axis: axis, rank: parts[0].rank)
    let largest = parts.max { $0.elementCount < $1.elementCount } ?? parts[0]
    let y = try plan.firstResult(node, order: .like(largest))
    var start = 0
    for part in parts where part.elementCount > 0 {
      let slice = y.sliced(axis: axis, start: start, count: part.shape[axis])
      start += part.shape[axis]
      // A producer that was given this slice as its memory has written it already.
      if part != slice { plan.copy(part, to: slice) }
    }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let axis = try Shape.resolved(axis: axis, rank: node.info(dy).rank)
    var start = 0
    for position in node.node.inputs.indices {
      let end = start + (try node.info(node.requiredOperand(position)).shape[axis])
      if node.isWanted(position) {
        node.set(
          position,
          try node.emit("Slice", [dy, node.integers([start]), node.integers([end]), node.integers([axis])]))
      }
      start = end
    }
  }
}
