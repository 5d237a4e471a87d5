/// Why a campaign need not begin: said before hours are spent.
package enum PolicyError: Error, Sendable, Equatable {
  /// A limit that is no limit: not finite, or not positive where it must be.
  case invalidLimit(Quantity, Double)
  /// Pruning cannot give what the unpruned network does not have.
  case unreachable(Quantity, limit: Double, baseline: Double)
  /// The unpruned network meets everything, and nothing is to be minimised but the accuracy lost.
  case nothingToDo
  /// The objective could shrink without end, as no bound holds it.
  case unbounded(objective: Quantity)

  package var message: String {
    switch self {
    case .invalidLimit(let quantity, let limit):
      "bounds: \(quantity.rawValue): \(limit) is no limit: give a positive number"
    case .unreachable(let quantity, let limit, let baseline):
      "bounds: \(quantity.rawValue): the unpruned network has \(baseline) \(quantity.unit), and pruning will not bring it "
        + "to \(limit): raise the bound or begin with a better network"
    case .nothingToDo:
      "the unpruned network is within all bounds already: lower a bound, or name an objective other than "
        + "\(Quantity.accuracyLoss.rawValue)"
    case .unbounded(let objective):
      "objective \(objective.rawValue) without any bound: say what must not be lost, such as "
        + "\(Quantity.accuracyLoss.rawValue): 0.5"
    }
  }
}
