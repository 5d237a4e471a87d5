import Foundation
import Graph
import Runtime

/// One step of Adam with decoupled weight decay (PyTorch's `AdamW`; Loshchilov and Hutter, 2019, algorithm 2).
///
/// Operands parameter, gradient, first and second (the averages of the gradient and of its square), learning_rate and
/// step (1 in the first step); results parameter, first and second.
package struct AdamWUpdate: UpdateOperator {
  package static let name = "AdamWUpdate"
  package static let state = [0, 2, 3]
  package static let numbers = [(position: 4, role: "learning_rate"), (position: 5, role: "step")]
  package static let operandCount = 6

  private let beta1: Float
  private let beta2: Float
  private let epsilon: Float
  private let weightDecay: Float

  package init(_ node: NodeAttributes) throws(OperatorError) {
    beta1 = try node.float("beta1", default: 0.9)
    beta2 = try node.float("beta2", default: 0.999)
    epsilon = try node.float("epsilon", default: 1e-8)
    weightDecay = try node.float("weight_decay", default: 0.01)
  }

  package func evaluate(_ operands: [Tensor?]) throws(OperatorError) -> [Tensor] {
    let parameter = try operands.required(0)
    var p = parameter.doubles
    var (m, s) = (try operands.required(2).doubles, try operands.required(3).doubles)
    let (rate, step) = (try operands.required(4).doubles[0], try operands.required(5).doubles[0])
    let (b1, b2) = (Double(beta1), Double(beta2))
    for (i, g) in try operands.required(1).doubles.enumerated() {
      p[i] *= 1 - rate * Double(weightDecay)
      m[i] = b1 * m[i] + (1 - b1) * g
      s[i] = b2 * s[i] + (1 - b2) * g * g
      let deviation = (s[i] / (1 - pow(b2, step))).squareRoot() + Double(epsilon)
      p[i] -= rate * m[i] / (1 - pow(b1, step)) / deviation
    }
    return [p, m, s].map { Tensor(type: parameter.type, shape: parameter.shape, doubles: $0) }
  }

  package func lower(_ node: Node, into plan: inout Lowering) throws(OperatorError) {
    let state = try plan.state(of: node, AdamWUpdate.self)
    let (gradient, rate, step) = (try plan.operand(node, 1), try plan.operand(node, 4), try plan.operand(node, 5))
    plan.emit(
      AdamWUpdateInstruction(
        parameter: plan.id(state[0]), first: plan.id(state[1]), second: plan.id(state[2]), gradient: plan.id(gradient),
        learningRate: plan.id(rate), step: plan.id(step), beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay),
      reads: state + [gradient, rate, step], writes: state)
  }
}
