import Graph
import Runtime

/// An element-wise operator of one operand whose result has the operand's type and shape.
///
/// A conforming type states its function once as mathematics and once as the instruction that computes it.
package protocol UnaryOperator: Operator {
  /// The function on one element.
  func apply(_ x: Double) -> Double
  /// The instruction's function and its two parameters.
  var instruction: (function: UnaryFunction, alpha: Float, beta: Float) { get }
}

extension UnaryOperator {
  package func infer(_ operands: [ValueInfo?]) throws(OperatorError) -> [ValueInfo] {
    let x = try operands.required(0, "X")
    return [ValueInfo(type: x.type, shape: x.shape)]
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let x = try operands.required(0)
    return [Tensor(type: x.type, shape: x.shape, doubles: x.doubles.map(apply))]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let x = try plan.operand(node, 0)
    let y = try plan.firstResult(node, order: .like(x))
    let (function, alpha, beta) = instruction
    plan.emit(
      UnaryInstruction(
        function: function.rawValue, input: plan.id(x), output: plan.id(y), alpha: alpha, beta: beta),
      reads: [x], writes: [y])
  }
}
