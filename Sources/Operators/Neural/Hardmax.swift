import Graph
import Runtime

/// 1 at the first largest element along an axis, 0 elsewhere.
package struct Hardmax: Operator {
  package static let name = "Hardmax"

  private let axis: Int

  package init(_ node: NodeAttributes) throws(OperatorError) { axis = try node.int("axis", default: -1) }

  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input", types: .floatingPoint)
    _ = try Shape.resolved(axis: axis, rank: x.shape.count)
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    var values = x.doubles
    values.updateLines(of: x.shape, axis: try Shape.resolved(axis: axis, rank: x.shape.count)) { line in
      let place = line.max().flatMap { line.firstIndex(of: $0) }
      return line.indices.map { $0 == place ? 1 : 0 }
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: values)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let axis = try Shape.resolved(axis: axis, rank: x.shape.count)
    let y = try plan.firstResult(node, order: .like(x))
    var reduced = x.shape
    reduced[axis] = 1
    let largest = try plan.temporary(type: .int64, shape: reduced)
    plan.emit(
      ArgReduceInstruction(
        minimum: 0, selectLast: 0, input: plan.id(x), output: plan.id(largest), axis: Int32(axis)),
      reads: [x], writes: [largest])
    let places = plan.constant(Tensor((0..<x.shape[axis]).map { Int64($0) }, shape: [x.shape[axis]]))
    let isLargest = try plan.temporary(type: .bool, shape: x.shape, order: .like(x))
    plan.emit(.equal, places.appendingAxes(x.rank - axis - 1), largest, to: isLargest)
    plan.emit(CastInstruction(input: plan.id(isLargest), output: plan.id(y)), reads: [isLargest], writes: [y])
  }

  package func gradient(_ node: inout NodeGradient) throws(OperatorError) {
    // Constant but for jumps: zero, like Sign.
  }
}
