import AAPPolicy

extension PruneJob {
  /// Throws for bounds that are in vain whatever the unpruned network measures: said before pictures are decoded and,
  /// with the paper's recipe, a network is trained.
  func refuseInVain() throws(CampaignError) {
    for (quantity, limit) in bounds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard case .absolute(let value) = limit else { continue }
      if quantity == .accuracyLoss {
        if value < 0 { throw .policy(.unreachable(quantity, limit: value, baseline: 0)) }
      } else if value <= 0 {
        throw .policy(.invalidLimit(quantity, value))
      }
    }
    if objective == .accuracyLoss {
      if bounds.keys.allSatisfy({ $0 == .accuracyLoss }) { throw .policy(.nothingToDo) }
    } else if bounds.isEmpty {
      throw .policy(.unbounded(objective: objective))
    }
  }

  /// Whether slow runs are bounded or the objective: they are seldom, so that more runs are timed.
  var needsSlowRuns: Bool { bounds[.slowLatency] != nil || objective == .slowLatency }
}
