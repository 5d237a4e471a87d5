import Graph
import Runtime

/// The gradient of a clamp: `lower < Y < upper ? dY : 0`. Infinite bounds are none.
package protocol MaskOperator: Operator {
  var bounds: (lower: Float, upper: Float) { get }
}

extension MaskOperator {
  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let dy = try operands.required(0, "dY", types: [.float32, .float64])
    try operands.require(1, "Y", like: dy)
    return [ValueInfo(type: dy.type, shape: dy.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let (dy, y) = (try operands.required(0), try operands.required(1).doubles)
    let dx = zip(dy.doubles, y).map { FusedActivation.isInside($1, bounds) ? $0 : 0 }
    return [Tensor(type: dy.type, shape: dy.shape, doubles: dx)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let (dy, y) = (try plan.operand(node, 0), try plan.operand(node, 1))
    plan.mask(dy, by: y, bounds: bounds, to: try plan.firstResult(node, order: .like(y)))
  }
}
