import Graph
import Runtime

/// Slices along one axis by indices of any shape, which takes the axis's place; negative indices count from the end.
package struct Gather: Operator {
  package static let name = "Gather"
  package static let channelFlow = ChannelFlow.movement

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: 0) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let data = try operands.required(0, "data")
    let indices = try operands.required(1, "indices", types: .indices)
    let axis = try Shape.resolved(axis: axis, rank: data.rank)
    if let known = indices.constant { _ = try known.indices(below: data.shape[axis]) }
    if data.shape[axis] == 0 && !indices.shape.contains(0) { throw .invalid("axis \(axis) has no elements") }
    let shape = data.shape[..<axis] + indices.shape + data.shape[(axis + 1)...]
    return [ValueInfo(type: data.type, shape: try Shape.checked(Array(shape)))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (data, indices) = (try operands.required(0), try operands.required(1))
    let axis = try Shape.resolved(axis: axis, rank: data.shape.count)
    var sources = data.shape.map { Array(0..<$0) }
    sources[axis] = try indices.indices(below: data.shape[axis])
    let shape = data.shape[..<axis] + indices.shape + data.shape[(axis + 1)...]
    return [data.picking(Shape.positions(in: data.shape, sources: sources), shape: Array(shape))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let data = try plan.operand(node, 0)
    let axis = try Shape.resolved(axis: axis, rank: data.rank)
    if let known = try plan.constant(node, 1), let value = node.output(0) {
      let indices = try known.indices(below: data.shape[axis])
      // Evenly spaced slices are a view.
      let step = indices.count > 1 ? indices[1] - indices[0] : 1
      if let start = indices.first, step > 0,
        indices.indices.allSatisfy({ indices[$0] == start + $0 * step }),
        let view = data.sliced(axis: axis, start: start, count: indices.count, step: step)
          .reshaped(to: try plan.info(value).shape)
      {
        return plan.bind(node, to: view)
      }
    }
    let indices = try plan.operand(node, 1)
    let y = try plan.firstResult(node, order: indices.rank == 1 ? .like(data) : .rowMajor)
    if y.elementCount > 0 { plan.gather(data, indices, axis: axis, to: y) }
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (shape, indices) = (try node.info(node.requiredOperand(0)).shape, try node.requiredOperand(1))
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    let count = try node.info(indices).shape.reduce(1, *)
    let parts = try node.reshaped(dy, to: shape[..<axis] + [count] + shape[(axis + 1)...])
    node.set(
      0, try node.scattered(parts, parts: node.reshaped(indices, to: [count]), axis: axis, extent: shape[axis]))
  }
}

extension Tensor {
  /// Integers as positions on an axis, those from the end resolved; throws for one out of range.
  func indices(below extent: Int) throws(OperatorError) -> [Int] {
    var result = integers
    for position in result.indices {
      guard let resolved = Shape.axis(result[position], rank: extent) else {
        throw .invalid("index \(result[position]) is out of range for an extent of \(extent)")
      }
      result[position] = resolved
    }
    return result
  }
}
