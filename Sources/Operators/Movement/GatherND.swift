import Graph
import Runtime

/// For every tuple of indices (the last axis of the second operand) the part of the data that it names, after
/// `batch_dims` axes that both operands share.
package struct GatherND: Operator {
  package static let name = "GatherND"

  private let batchAxes: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { batchAxes = try node.int("batch_dims", default: 0) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let data = try operands.required(0, "data")
    let indices = try operands.required(1, "indices", types: .indices)
    guard batchAxes >= 0, batchAxes < min(data.rank, indices.rank), let depth = indices.shape.last,
      depth >= 1, depth <= data.rank - batchAxes, data.shape[..<batchAxes] == indices.shape[..<batchAxes]
    else {
      throw .invalid(
        "indices of \(Shape.text(indices.shape)) do not fit data of \(Shape.text(data.shape)) with \(batchAxes) batch axes"
      )
    }
    if data.shape.contains(0) && !indices.shape.contains(0) { throw .invalid("the data has no elements") }
    let shape = indices.shape.dropLast() + data.shape[(batchAxes + depth)...]
    return [ValueInfo(type: data.type, shape: try Shape.checked(Array(shape)))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (data, indices) = (try operands.required(0), try operands.required(1))
    let inner = data.shape[(batchAxes + (indices.shape.last ?? 1))...]
    let positions = try Shape.tuplePositions(data.shape, indices, batchAxes: batchAxes)
    return [data.picking(positions, shape: indices.shape.dropLast() + inner)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (data, indices) = (try plan.operand(node, 0), try plan.operand(node, 1))
    let y = try plan.firstResult(node, order: .rowMajor)
    if y.elementCount == 0 { return }
    let (last, depth) = (indices.rank - 1, indices.shape[indices.rank - 1])
    // Parts are numbered by the axes that the tuples and the batch name.
    let outer = Array(data.shape[..<(batchAxes + depth)])
    let strides = Shape.rowMajorStrides(outer)
    var numbers: LoweredView?
    for i in 0..<depth {
      let index = indices.sliced(axis: last, start: i, count: 1).removing(axis: last)
      let part = try plan.positions(index, extent: data.shape[batchAxes + i], stride: strides[batchAxes + i])
      if let numbers { plan.emit(.add, numbers, part, to: numbers) } else { numbers = part }
    }
    let target = [outer.reduce(1, *)] + data.shape[(batchAxes + depth)...]
    guard let numbers, let parts = try plan.contiguous(data).reshaped(to: target) else {
      throw .unsupported("data of \(Shape.text(data.shape)) elements")
    }
    if batchAxes > 0 {
      let start = Tensor(
        Shape.batchPositions(indices.shape, strides, batchAxes: batchAxes).map(Int64.init),
        shape: Array(indices.shape.dropLast()))
      plan.emit(.add, numbers, plan.constant(start), to: numbers)
    }
    plan.gather(parts, numbers, axis: 0, to: y)
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let (shape, indices) = (try node.info(node.requiredOperand(0)).shape, try node.requiredOperand(1))
    let tuples = try node.info(indices).shape
    let named = batchAxes + (tuples.last ?? 1)
    // Parts are numbered by the axes that the tuples and the batch name.
    let outer = Array(shape[..<named])
    let strides = Shape.rowMajorStrides(outer)
    let extents = node.integers(Array(outer[batchAxes...]))
    let places = try node.emit("Mod", [node.converted(indices, to: .int64), extents])
    let weighted = try node.product(places, node.integers(Array(strides[batchAxes...])))
    let inTheBatch = try node.emit("ReduceSum", [weighted, node.integers([-1])], ["keepdims": .int(0)])
    let starts = Shape.batchPositions(tuples, strides, batchAxes: batchAxes)
    let numbers = try node.sum(node.reshaped(inTheBatch, to: [starts.count]), node.integers(starts))
    let parts = try node.reshaped(dy, to: [starts.count, shape[named...].reduce(1, *)])
    let sums = try node.scattered(parts, parts: numbers, axis: 0, extent: outer.reduce(1, *))
    node.set(0, try node.reshaped(sums, to: shape))
  }
}
