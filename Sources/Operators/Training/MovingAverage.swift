import Graph
import Runtime

/// `state + rate * (value - state)`: running statistics and averaged weights. Operands state and value.
package struct MovingAverage: UpdateOperator {
  package static let name = "MovingAverage"
  package static let state = [0]
  package static let operandCount = 2

  private let rate: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    guard let rate = try node.optionalFloat("rate") else { throw .invalid("attribute 'rate' is missing") }
    self.rate = rate
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let state = try operands.required(0)
    let new = zip(state.doubles, try operands.required(1).doubles).map { $0 + Double(rate) * ($1 - $0) }
    return [Tensor(type: state.type, shape: state.shape, doubles: new)]
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let state = try plan.state(of: node, MovingAverage.self)
    let value = try plan.operand(node, 1)
    plan.emit(
      MovingAverageInstruction(state: plan.id(state[0]), value: plan.id(value), rate: rate),
      reads: state + [value], writes: state)
  }
}
