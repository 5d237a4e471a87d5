import Graph
import Runtime

/// The data with some elements replaced by (or combined with) updates: each at its own place but for one axis, where
/// the index says. A plan must know the indices.
package struct ScatterElements: Operator {
  package static let name = "ScatterElements"

  private let axis: Int
  private let reduction: ScatterReduction

  package init(_ node: NodeAttributes) throws(OperatorError) {
    axis = try node.int("axis", default: 0)
    reduction = try ScatterReduction(node)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let data = try operands.required(0, "data")
    let indices = try operands.required(1, "indices", types: .indices)
    let updates = try operands.required(2, "updates", types: [data.type])
    let axis = try Shape.resolved(axis: axis, rank: data.rank)
    guard updates.shape == indices.shape, indices.rank == data.rank,
      data.shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= data.shape[$0] })
    else {
      throw .invalid(
        "indices of \(Shape.text(indices.shape)) and updates of \(Shape.text(updates.shape)) do not fit data of "
          + Shape.text(data.shape))
    }
    return [ValueInfo(type: data.type, shape: data.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (data, indices) = (try operands.required(0), try operands.required(1))
    let axis = try Shape.resolved(axis: axis, rank: data.shape.count)
    let positions = try Shape.elementPositions(data.shape, indices, axis: axis)
    return [reduction.evaluate(data, positions, try operands.required(2))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard let indices = try plan.constant(node, 1) else { throw .valueNeeded(operand: 1) }
    let shape = try plan.operand(node, 0).shape
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    try reduction.lower(node, try Shape.elementPositions(shape, indices, axis: axis), into: &plan)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let indices = try node.known(1) else { throw .valueNeeded(operand: 1) }
    let shape = try node.info(node.requiredOperand(0)).shape
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    try reduction.setGradients(
      &node, try Shape.elementPositions(shape, indices, axis: axis), gather: "GatherElements",
      attributes: ["axis": .int(axis)])
  }
}
