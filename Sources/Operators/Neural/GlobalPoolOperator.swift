import Graph
import Runtime

/// A pooling over all spatial elements: `[N, C, spatial...]` becomes `[N, C, 1, ...]`.
package protocol GlobalPoolOperator: Operator {
  /// The reduction, and for an Lp norm that no reduction computes, p.
  var reduction: ReduceFunction? { get }
  /// Reduces the elements of one plane.
  func reduce(_ plane: ArraySlice<Double>) -> Double
}

extension GlobalPoolOperator {
  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X", types: .floatingPoint)
    guard x.rank >= 3 else {
      throw .invalid("the input has \(x.rank) axes: batch, channels and at least one spatial axis are needed")
    }
    guard x.shape[2...].allSatisfy({ $0 > 0 }) else { throw .invalid("the input \(x.shape) has no pixels") }
    return [ValueInfo(type: x.type, shape: x.shape[..<2] + x.shape[2...].map { _ in 1 })]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    let count = x.shape[2...].reduce(1, *)
    let values = x.doubles
    let y = (0..<(x.shape[0] * x.shape[1])).map { reduce(values[($0 * count)..<(($0 + 1) * count)]) }
    return [Tensor(type: x.type, shape: x.shape[..<2] + x.shape[2...].map { _ in 1 }, doubles: y)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    guard let reduction else { throw .unsupported("this norm in a compiled plan: only p = 1 and p = 2 are") }
    let x = try plan.widened(plan.operand(node, 0))
    let y = try plan.firstResult(node, order: .channelsLast)
    let work = try plan.workspace(for: y, order: .channelsLast)
    let axes = (2..<x.rank).reduce(Int32(0)) { $0 | 1 << Int32($1) }
    plan.emit(
      ReduceInstruction(function: reduction.rawValue, input: plan.id(x), output: plan.id(work), axes: axes),
      reads: [x], writes: [work])
    plan.deliver(work, to: y)
  }
}
