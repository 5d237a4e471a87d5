import AAPPolicy

/// Why a campaign cannot be run (exit code 65).
package enum CampaignError: Error, Sendable {
  case policy(PolicyError)
  /// No channel of the network may be removed.
  case nothingToPrune(model: String)
  /// The smallest network that pruning gives is predicted to break a bound all the same.
  case outOfReach(Quantity, limit: Double, smallest: Double, channels: String)
  /// Validation is needed, and there are no pictures for it.
  case noValidation
  /// Training the whole network, as the paper's recipe does first.
  case diverged(String)

  package var message: String {
    switch self {
    case .policy(let error): error.message
    case .nothingToPrune(let model):
      "\(model): has no channels that may be removed: every layer's channels are outputs of the network, or coupled with "
        + "such; with 'channels: all' those of residual additions may go as well"
    case .outOfReach(let quantity, let limit, let smallest, let channels):
      "bounds: \(quantity.rawValue): \(limit) \(quantity.unit) is out of reach: with 'channels: \(channels)' the smallest "
        + "network comes to about \(smallest) \(quantity.unit); raise the bound, lower minimum-channels, or use 'channels: all'"
    case .noValidation: "validation: pictures are needed that decide: give a share such as 0.1, a number, or a data set"
    case .diverged(let reason):
      "training the whole network: \(reason); begin anew (--force) with a smaller learning-rate"
    }
  }

  package var exitCode: Int32 { 65 }
}
