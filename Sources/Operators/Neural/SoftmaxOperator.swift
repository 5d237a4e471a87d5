import Foundation
import Graph
import Runtime

/// Softmax or its logarithm along one axis.
package protocol SoftmaxOperator: Operator {
  static var isLogarithm: Bool { get }
  var axis: Int { get }
}

extension SoftmaxOperator {
  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "input", types: .floatingPoint)
    _ = try Shape.resolved(axis: axis, rank: x.rank)
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    var values = x.doubles
    values.updateLines(of: x.shape, axis: try Shape.resolved(axis: axis, rank: x.shape.count)) { line in
      let largest = line.max() ?? 0
      let shifted = line.map { $0 - largest }
      let sum = shifted.reduce(0) { $0 + exp($1) }
      return shifted.map { Self.isLogarithm ? $0 - log(sum) : exp($0) / sum }
    }
    return [Tensor(type: x.type, shape: x.shape, doubles: values)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.widened(plan.operand(node, 0))
    let y = try plan.firstResult(node, order: .like(x))
    let work = try plan.workspace(for: y, order: .like(x))
    plan.emit(
      SoftmaxInstruction(
        logarithm: Self.isLogarithm ? 1 : 0, input: plan.id(x), output: plan.id(work),
        axis: try Int32(Shape.resolved(axis: axis, rank: x.rank))),
      reads: [x], writes: [work])
    plan.deliver(work, to: y)
  }
}

extension Array where Element == Double {
  /// Replaces every line of elements along an axis of a row-major tensor by what `update` makes of it.
  mutating func updateLines(of shape: [Int], axis: Int, _ update: ([Double]) -> [Double]) {
    let step = shape[(axis + 1)...].reduce(1, *)
    let length = shape[axis]
    for start in 0..<(length == 0 ? 0 : count / length) {
      let base = start / step * step * length + start % step
      let line = update((0..<length).map { self[base + $0 * step] })
      for (i, value) in line.enumerated() { self[base + i * step] = value }
    }
  }
}
