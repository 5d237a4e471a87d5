import Graph
import Runtime

/// The `k` largest (or smallest) elements along an axis and their positions, best first; of equal elements the first
/// comes first, and NaN counts as the largest. Without `sorted` any order is allowed; this is one.
package struct TopK: Operator {
  package static let name = "TopK"

  private let axis: Int
  private let largest: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    axis = try node.int("axis", default: -1)
    largest = try node.flag("largest", default: true)
    _ = try node.flag("sorted", default: true)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .numeric)
    let axis = try Shape.resolved(axis: axis, rank: x.rank)
    let k = try operands.constant(1, "K")
    guard k.elementCount == 1, (0...x.shape[axis]).contains(k.integers[0]) else {
      throw .invalid(
        "K is \(k.integers), which must be one number from 0 to the extent \(x.shape[axis]) of axis \(axis)")
    }
    var shape = x.shape
    shape[axis] = k.integers[0]
    return [ValueInfo(type: x.type, shape: shape), ValueInfo(type: .int64, shape: shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (x, k) = (try operands.required(0), try operands.required(1).integers[0])
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    let keys = x.orderKeys(nan: .max)
    let (starts, offsets) = Shape.reductionOffsets(x.shape, [axis])
    var shape = x.shape
    shape[axis] = k
    // Results, like operands, have the axis between the others.
    let (resultStarts, resultOffsets) = Shape.reductionOffsets(shape, [axis])
    var positions = [Int](repeating: 0, count: resultStarts.count * k)
    var indices = [Int64](repeating: 0, count: positions.count)
    for (start, resultStart) in zip(starts, resultStarts) {
      let order = offsets.indices.sorted { a, b in
        let (x, y) = (keys[start + offsets[a]], keys[start + offsets[b]])
        return x == y ? a < b : (x > y) == largest
      }
      for (place, offset) in resultOffsets.enumerated() {
        positions[resultStart + offset] = start + offsets[order[place]]
        indices[resultStart + offset] = Int64(order[place])
      }
    }
    return [x.picking(positions, shape: shape), Tensor(indices, shape: shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let axis = try Shape.resolved(axis: axis, rank: x.rank)
    guard let k = try plan.constant(node, 1)?.integers.first else { throw .valueNeeded(operand: 1) }
    var shape = x.shape
    shape[axis] = k
    // The instruction writes both results, whether or not somebody asks for them.
    let order = MemoryOrder.like(x)
    func memory(_ position: Int, _ type: ElementType) throws(OperatorError) -> LoweredView {
      if let result = try plan.result(node, position, order: order) { return result }
      return try plan.temporary(type: type, shape: shape, order: order)
    }
    let (values, indices) = (try memory(0, x.type), try memory(1, .int64))
    if values.elementCount == 0 { return }
    plan.emit(
      TopKInstruction(
        input: plan.id(x), values: plan.id(values), indices: plan.id(indices), axis: Int32(axis),
        largest: largest ? 1 : 0),
      reads: [x], writes: [values, indices])
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    let x = try node.requiredOperand(0)
    let shape = try node.info(x).shape
    let axis = try Shape.resolved(axis: axis, rank: shape.count)
    var indices = node.node.output(1)
    if indices == nil {
      let attributes: [String: Attribute] = ["axis": .int(axis), "largest": .int(largest ? 1 : 0)]
      indices = try node.emit("TopK", [x, node.requiredOperand(1)], attributes, results: 2)[1]
    }
    if let indices { node.set(0, try node.scattered(dy, at: indices, axis: axis, to: shape)) }
  }
}
