import Graph
import Runtime

/// The derivative of `Slice` with positive steps: dY -> dX, which is dY at the elements that were taken and 0 elsewhere.
///
/// Attributes, one number for every axis: `starts` and `steps` of the elements taken, and `input_shape`.
package struct SliceGradient: Operator {
  package static let name = "SliceGradient"

  private let starts: [Int]
  private let steps: [Int]
  private let inputShape: [Int]

  package init(_ node: NodeAttributes) throws(OperatorError) {
    guard let starts = try node.ints("starts"), let steps = try node.ints("steps"),
      let shape = try node.ints("input_shape"), starts.count == shape.count, steps.count == shape.count,
      starts.allSatisfy({ $0 >= 0 }), steps.allSatisfy({ $0 > 0 && $0 <= Shape.maximumElementCount })
    else {
      throw .invalid("attributes 'starts', 'steps' and 'input_shape' are missing or do not fit each other")
    }
    (self.starts, self.steps) = (starts, steps)
    inputShape = try Shape.checked(shape)
  }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let dy = try operands.required(0, "dY", types: .floatingPoint)
    let fits =
      dy.rank == inputShape.count
      && dy.shape.indices.allSatisfy { axis in
        dy.shape[axis] == 0 || starts[axis] + (dy.shape[axis] - 1) * steps[axis] < inputShape[axis]
      }
    guard fits else {
      throw .invalid("the derivative \(Shape.text(dy.shape)) is no slice of \(Shape.text(inputShape))")
    }
    return [ValueInfo(type: dy.type, shape: inputShape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let dy = try operands.required(0)
    let sources = dy.shape.indices.map { axis in (0..<dy.shape[axis]).map { starts[axis] + $0 * steps[axis] } }
    var dx = [Double](repeating: 0, count: inputShape.reduce(1, *))
    for (value, position) in zip(dy.doubles, Shape.positions(in: inputShape, sources: sources)) { dx[position] = value }
    return [Tensor(type: dy.type, shape: inputShape, doubles: dx)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let dy = try plan.operand(node, 0)
    let dx = try plan.firstResult(node, order: .like(dy))
    plan.fill(dx, with: plan.constant(Tensor(type: dy.type, shape: [], doubles: [0])))
    var taken = dx
    for axis in dy.shape.indices {
      taken = taken.sliced(axis: axis, start: starts[axis], count: dy.shape[axis], step: steps[axis])
    }
    if dy.elementCount > 0 { plan.copy(dy, to: taken) }
  }
}
