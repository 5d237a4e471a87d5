import Graph
import Runtime

/// What can go wrong in training.
package enum TrainingError: Error, Sendable {
  /// A network that cannot be trained: why, and what to do.
  case unsuitableNetwork(reason: String)
  case graph(GraphError)
  case plan(PlanError)
  /// Options that contradict each other or the data.
  case invalidOptions(reason: String)
  /// The loss is no finite number any more.
  case diverged(epoch: Int, step: Int, layer: String)

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .unsuitableNetwork(let reason): "the network cannot be trained: \(reason)"
    case .graph(let error): error.message
    case .plan(let error): error.message
    case .invalidOptions(let reason): reason
    case .diverged(let epoch, let step, let layer):
      "the loss is not finite at step \(step) of epoch \(epoch); the first layer whose result is not: '\(layer)'. "
        + "What was good before it is kept as a checkpoint: go on from it (--resume) with a smaller learning rate"
    }
  }
}
