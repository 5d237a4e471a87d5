import Graph
import Runtime

/// A new axis of extent `depth` on which the element that the index names is `values[1]` and the others `values[0]`;
/// negative indices count from the end, and one out of range names none.
package struct OneHot: Operator {
  package static let name = "OneHot"

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: -1) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let indices = try operands.required(0, "indices", types: .numeric)
    let values = try operands.required(2, "values")
    guard values.shape == [2] else { throw .invalid("values of \(Shape.text(values.shape)) are not two numbers") }
    let depth = try depth(try operands.constant(1, "depth"))
    let axis = try Shape.resolved(axis: axis, rank: indices.rank + 1)
    return [ValueInfo(type: values.type, shape: try Shape.checked(indices.shape.inserting(depth, at: axis)))]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (indices, values) = (try operands.required(0), try operands.required(2))
    let depth = try depth(try operands.required(1))
    let axis = try Shape.resolved(axis: axis, rank: indices.shape.count + 1)
    let shape = indices.shape.inserting(depth, at: axis)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let named = indices.reshaped(indices.shape.inserting(1, at: axis)).broadcast(to: shape).integers
    let positions = named.indices.map { position in
      let place = position / inner % depth
      return named[position] == place || named[position] == place - depth ? 1 : 0
    }
    return [values.picking(positions, shape: shape)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard let depth = try plan.constant(node, 1).map(depth) else { throw .valueNeeded(operand: 1) }
    let (indices, values) = (try plan.operand(node, 0), try plan.operand(node, 2))
    let axis = try Shape.resolved(axis: axis, rank: indices.rank + 1)
    let y = try plan.firstResult(node, order: .rowMajor)
    let named = try plan.cast(indices, to: .int64).inserting(axis: axis)
    let places = (0..<depth).map(Int64.init)
    let shape = [depth] + Array(repeating: 1, count: indices.rank - axis)
    let fromStart = try plan.temporary(type: .bool, shape: y.shape)
    let fromEnd = try plan.temporary(type: .bool, shape: y.shape)
    plan.emit(.equal, named, plan.constant(Tensor(places, shape: shape)), to: fromStart)
    plan.emit(.equal, named, plan.constant(Tensor(places.map { $0 - Int64(depth) }, shape: shape)), to: fromEnd)
    plan.emit(.or, fromStart, fromEnd, to: fromStart)
    let (off, on) = (values.sliced(axis: 0, start: 0, count: 1), values.sliced(axis: 0, start: 1, count: 1))
    plan.select(fromStart, on, off, to: y)
  }

  private func depth(_ operand: Tensor) throws(OperatorError) -> Int {
    guard operand.elementCount == 1, (1...Shape.maximumElementCount).contains(operand.integers[0]) else {
      throw .invalid("depth is \(operand.integers), which must be one positive number")
    }
    return operand.integers[0]
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    guard let dy = node.resultGradient(0) else { return }
    guard node.isWanted(2) else { return }
    let (indices, depth) = (try node.requiredOperand(0), try node.requiredOperand(1))
    // Each of both values gets the sum over the places where it stands.
    var sums: [ValueID] = []
    for places in [[1.0, 0], [0, 1]] {
      let values = node.constant(Tensor(type: try node.info(dy).type, shape: [2], doubles: places))
      let mask = try node.emit("OneHot", [indices, depth, values], ["axis": .int(axis)])
      let sum = try node.emit("ReduceSum", [node.product(dy, mask)], ["keepdims": .int(0)])
      sums.append(try node.reshaped(sum, to: [1]))
    }
    node.set(2, try node.emit("Concat", sums, ["axis": .int(0)]))
  }
}

extension Array where Element == Int {
  /// A shape with one more axis.
  fileprivate func inserting(_ extent: Int, at axis: Int) -> [Int] { self[..<axis] + [extent] + self[axis...] }
}
