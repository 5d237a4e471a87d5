import AAPPolicy

extension PruneJob {
  /// Throws for bounds that are in vain whatever the unpruned network measures: said before pictures are decoded and,
  /// with the paper's recipe, a network is trained.
  func refuseInVain() throws(CampaignError) {
    do throws(PolicyError) {
      // A share of anything is a limit.
      try CampaignPolicy.refuseInVain(objective: objective, Bounds(bounds.mapValues { $0.value(baseline: 1) }))
    } catch {
      throw .policy(error)
    }
  }

  /// Whether slow runs are bounded or the objective: they are seldom, so that more runs are timed.
  var needsSlowRuns: Bool { bounds[.slowLatency] != nil || objective == .slowLatency }
}
