import Graph
import Runtime

/// For every element of the indices one element of the data: at the same place but for one axis, where the index says.
package struct GatherElements: Operator {
  package static let name = "GatherElements"

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: 0) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let data = try operands.required(0, "data")
    let indices = try operands.required(1, "indices", types: .indices)
    let axis = try Shape.resolved(axis: axis, rank: data.rank)
    guard indices.rank == data.rank,
      data.shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= data.shape[$0] })
    else {
      throw .invalid("indices of \(Shape.text(indices.shape)) do not fit data of \(Shape.text(data.shape))")
    }
    if let known = indices.constant { _ = try known.indices(below: data.shape[axis]) }
    if data.shape[axis] == 0 && !indices.shape.contains(0) { throw .invalid("axis \(axis) has no elements") }
    return [ValueInfo(type: data.type, shape: indices.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (data, indices) = (try operands.required(0), try operands.required(1))
    let axis = try Shape.resolved(axis: axis, rank: data.shape.count)
    return [data.picking(try Shape.elementPositions(data.shape, indices, axis: axis), shape: indices.shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let data = try plan.operand(node, 0)
    let axis = try Shape.resolved(axis: axis, rank: data.rank)
    if let known = try plan.constant(node, 1) {
      let y = try plan.firstResult(node, order: .rowMajor)
      if y.elementCount > 0 {
        try plan.pick(data, positions: try Shape.elementPositions(data.shape, known, axis: axis), to: y)
      }
      return
    }
    // Positions in the flattened data are computed, then gathered.
    let indices = try plan.operand(node, 1)
    let y = try plan.firstResult(node, order: .rowMajor)
    if y.elementCount == 0 { return }
    var (strides, shape) = (Shape.rowMajorStrides(data.shape), indices.shape)
    let positions = try plan.positions(indices, extent: data.shape[axis], stride: strides[axis])
    shape[axis] = 1
    strides[axis] = 0
    let base = Tensor(Shape.positions(shape, strides: strides).map(Int64.init), shape: shape)
    plan.emit(.add, positions, plan.constant(base), to: positions)
    guard let flat = try plan.contiguous(data).reshaped(to: [data.elementCount]) else {
      throw .unsupported("data of \(Shape.text(data.shape)) elements")
    }
    plan.gather(flat, positions, axis: 0, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let shape = try node.info(node.requiredOperand(0)).shape
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    node.set(0, try node.scattered(dy, at: node.requiredOperand(1), axis: axis, to: shape))
  }
}
