import Graph
import Runtime

/// The data with some parts replaced by (or combined with) updates: the part that each tuple of indices (the last axis
/// of the second operand) names. A plan must know the indices.
package struct ScatterND: Operator {
  package static let name = "ScatterND"

  private let reduction: ScatterReduction

  package init(_ node: NodeAttributes) throws(OperatorError) { reduction = try ScatterReduction(node) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let data = try operands.required(0, "data")
    let indices = try operands.required(1, "indices", types: [.int64])
    let updates = try operands.required(2, "updates", types: [data.type])
    guard let depth = indices.shape.last, depth <= data.rank,
      updates.shape == indices.shape.dropLast() + data.shape[depth...]
    else {
      throw .invalid(
        "indices of \(Shape.text(indices.shape)) and updates of \(Shape.text(updates.shape)) do not fit data of "
          + Shape.text(data.shape))
    }
    return [ValueInfo(type: data.type, shape: data.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (data, indices) = (try operands.required(0), try operands.required(1))
    let positions = try Shape.tuplePositions(data.shape, indices, batchAxes: 0)
    return [reduction.evaluate(data, positions, try operands.required(2))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard let indices = try plan.constant(node, 1) else { throw .valueNeeded(operand: 1) }
    let shape = try plan.operand(node, 0).shape
    try reduction.lower(node, try Shape.tuplePositions(shape, indices, batchAxes: 0), into: &plan)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let indices = try node.known(1) else { throw .valueNeeded(operand: 1) }
    let shape = try node.info(node.requiredOperand(0)).shape
    try reduction.setGradients(
      &node, try Shape.tuplePositions(shape, indices, batchAxes: 0), gather: "GatherND", attributes: [:])
  }
}
