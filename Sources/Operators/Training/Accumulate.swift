import Graph
import Runtime

/// `state + value`: a sum that grows from run to run, such as the gradients of a batch that is worked through in parts.
/// Operands state and value.
package struct Accumulate: UpdateOperator {
  package static let name = "Accumulate"
  package static let state = [0]
  package static let operandCount = 2

  package init(_ node: NodeAttributes) throws(OperatorError) {}

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let state = try operands.required(0)
    let new = zip(state.doubles, try operands.required(1).doubles).map { $0 + $1 }
    return [Tensor(type: state.type, shape: state.shape, doubles: new)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let state = try plan.state(of: node, Accumulate.self)
    let value = try plan.operand(node, 1)
    plan.emit(
      BinaryInstruction(
        function: BinaryFunction.add.rawValue, a: plan.id(state[0]), b: plan.id(value), output: plan.id(state[0])),
      reads: state + [value], writes: state)
  }
}
