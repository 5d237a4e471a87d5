import Graph
import Runtime

/// One step of stochastic gradient descent with momentum (PyTorch's `SGD`): `g = gradient + weight_decay * p;
/// m = momentum * m + g; p -= learning_rate * (nesterov ? g + momentum * m : m)`.
///
/// Operands parameter, gradient, momentum, learning_rate; results parameter and momentum.
package struct SGDUpdate: UpdateOperator {
  package static let name = "SGDUpdate"
  package static let state = [0, 2]
  package static let numbers = [(position: 3, role: "learning_rate")]
  package static let operandCount = 4

  private let momentum: Float
  private let weightDecay: Float
  private let isNesterov: Bool

  package init(_ node: NodeAttributes) throws(OperatorError) {
    momentum = try node.float("momentum", default: 0)
    weightDecay = try node.float("weight_decay", default: 0)
    isNesterov = try node.flag("nesterov")
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let parameter = try operands.required(0)
    var (p, m) = (parameter.doubles, try operands.required(2).doubles)
    let (rate, mu) = (try operands.required(3).doubles[0], Double(momentum))
    for (i, gradient) in try operands.required(1).doubles.enumerated() {
      let g = gradient + Double(weightDecay) * p[i]
      m[i] = mu * m[i] + g
      p[i] -= rate * (isNesterov ? g + mu * m[i] : m[i])
    }
    return [p, m].map { Tensor(type: parameter.type, shape: parameter.shape, doubles: $0) }
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let state = try plan.state(of: node, SGDUpdate.self)
    let (gradient, rate) = (try plan.operand(node, 1), try plan.operand(node, 3))
    plan.emit(
      SGDUpdateInstruction(
        parameter: plan.id(state[0]), velocity: plan.id(state[1]), gradient: plan.id(gradient),
        learningRate: plan.id(rate), momentum: momentum, weightDecay: weightDecay, nesterov: isNesterov ? 1 : 0),
      reads: state + [gradient, rate], writes: state)
  }
}
