import Graph
import Operators

/// How parameters follow their gradients.
package enum Optimizer: Sendable, Equatable {
  /// Stochastic gradient descent, PyTorch's form: `g += decay * p; m = momentum * m + g;
  /// p -= rate * (nesterov ? g + momentum * m : m)`.
  case sgd(momentum: Float = 0.9, nesterov: Bool = true, weightDecay: Float = 5e-4)
  /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
  case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 1e-2)

  /// Number of state tensors a parameter, besides itself.
  var slotCount: Int {
    switch self {
    case .sgd: 1
    case .adamW: 2
    }
  }

  /// Adds the node that updates a parameter and its slots; returns the new parameter and the new slots.
  func emitUpdate(
    of parameter: ValueID, decays: Bool, gradient: ValueID, slots: [ValueID], rate: ValueID, step: ValueID,
    name: String, into tape: inout GraphTape
  ) throws(OperatorError) -> [ValueID] {
    switch self {
    case .sgd(let momentum, let nesterov, let weightDecay):
      return try tape.emit(
        "SGDUpdate", [parameter, gradient] + slots + [rate],
        [
          "momentum": .float(momentum), "nesterov": .int(nesterov ? 1 : 0),
          "weight_decay": .float(decays ? weightDecay : 0),
        ], results: 2, prefix: name)
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      return try tape.emit(
        "AdamWUpdate", [parameter, gradient] + slots + [rate, step],
        [
          "beta1": .float(beta1), "beta2": .float(beta2), "epsilon": .float(epsilon),
          "weight_decay": .float(decays ? weightDecay : 0),
        ], results: 3, prefix: name)
    }
  }
}
