/// What a round's measurement means, and what the next round tries: the paper's state machine with bounds in measured
/// quantities.
///
/// Bounds that the unpruned network keeps must hold all along (*tolerances*: the accuracy lost, mostly). Bounds that it
/// breaks are what pruning is for (*targets*). This makes the paper's named policies special cases: accuracy-critical has
/// a tolerance and a resource as objective; memory-constrained and latency-sensitive have a target, approached from
/// above, and the accuracy lost as objective.
///
/// Thresholds are shares of the way: 0 is the unpruned network; 1 has all targets met, or, where there are none, nothing
/// left of the objective. Targets come first: where a resource is the objective as well, it is reduced from the round on
/// that meets them all.
package struct CampaignPolicy: Sendable, Equatable, Codable {
  /// Where the way leads.
  package struct Options: Sendable, Equatable, Codable {
    /// The first step.
    package var increment = 0.2
    /// Steps below it end the search.
    package var floor = 0.02
    /// Rounds at most.
    package var limit = 100
    /// Points of accuracy that a round may lack which the final training is expected to win back.
    package var slack = 0.0
    /// Whether the next round grows from how far a network has really come, which may be further than was asked. Only where
    /// thresholds are shares of the way.
    package var growsFromMeasured = false
    /// How far below a target a network may be before a larger one is looked for: a share of the target.
    package var overshoot = 0.05

    package init() {}
  }

  package let objective: Quantity
  package let tolerances: Bounds
  package let targets: Bounds
  package let options: Options
  /// Chooses thresholds.
  package private(set) var machine: AdaptiveThreshold
  /// Whether a network was found that meets the targets as closely as asked.
  package private(set) var isReached = false
  /// The first round within all targets: its threshold, and what its network has of the objective.
  private var turn: Turn?
  /// The unpruned network's.
  private let baseline: MeasuredQuantities

  private struct Turn: Sendable, Equatable, Codable {
    let threshold: Double
    let objective: Double
  }

  /// - Parameter baseline: Measured of the unpruned network: every bounded quantity.
  /// - Throws: `PolicyError` where the bounds say that pruning is in vain.
  package init(
    objective: Quantity, bounds: Bounds, baseline: MeasuredQuantities, _ options: Options = Options()
  ) throws(PolicyError) {
    try CampaignPolicy.refuseInVain(objective: objective, bounds)
    var (tolerances, targets): ([Quantity: Double], [Quantity: Double]) = ([:], [:])
    for (quantity, limit) in bounds.limits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let value = baseline[quantity]?.value ?? 0
      if value <= limit {
        tolerances[quantity] = limit
      } else if quantity == .accuracyLoss {
        throw .unreachable(quantity, limit: limit, baseline: value)
      } else {
        targets[quantity] = limit
      }
    }
    if targets.isEmpty, objective == .accuracyLoss { throw .nothingToDo }
    self.objective = objective
    self.tolerances = Bounds(tolerances)
    self.targets = Bounds(targets)
    self.options = options
    self.baseline = baseline
    machine = AdaptiveThreshold(increment: options.increment, floor: options.floor, limit: options.limit)
  }

  /// Throws for bounds that are in vain whatever the unpruned network measures.
  package static func refuseInVain(objective: Quantity, _ bounds: Bounds) throws(PolicyError) {
    for (quantity, limit) in bounds.limits.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard limit.isFinite, limit > 0 || quantity == .accuracyLoss else { throw .invalidLimit(quantity, limit) }
      if limit < 0 { throw .unreachable(quantity, limit: limit, baseline: 0) }
    }
    if objective == .accuracyLoss {
      if bounds.limits.keys.allSatisfy({ $0 == .accuracyLoss }) { throw .nothingToDo }
    } else if bounds.limits.isEmpty {
      throw .unbounded(objective: objective)
    }
  }

  /// The round to run now, or why there is none.
  package var next: AdaptiveThreshold.Next { isReached ? .ended(.targetReached) : machine.next }

  /// What a measurement means.
  ///
  /// - Returns: A decision, and why in words; nil where intervals reach over bounds, so that measuring must go on.
  package func decision(for measured: MeasuredQuantities) -> (RoundRecord.Decision, reason: String)? {
    decision(for: measured, lacking: options.slack)
  }

  /// What a measurement after the final training means: nothing comes after it, so that what breaks a bound is rejected.
  package func finalDecision(for measured: MeasuredQuantities) -> (RoundRecord.Decision, reason: String)? {
    decision(for: measured, lacking: 0).map { ($0.0 == .onward ? .rejected : $0.0, $0.reason) }
  }

  private func decision(
    for measured: MeasuredQuantities, lacking slack: Double
  ) -> (RoundRecord.Decision, reason: String)? {
    var relaxed = tolerances.limits
    if let limit = relaxed[.accuracyLoss] { relaxed[.accuracyLoss] = limit + slack }
    switch Bounds(relaxed).verdict(measured) {
    case .broken(let quantity, _):
      return (.rejected, CampaignPolicy.words(quantity, measured, limit: tolerances.limits[quantity]))
    case .unsure: return nil
    case .unknown(let quantities):
      return (.rejected, "\(quantities.map(\.rawValue).joined(separator: ", ")) could not be measured")
    case .within: break
    }
    switch targets.verdict(measured) {
    case .broken(let quantity, _):
      return (.onward, CampaignPolicy.words(quantity, measured, limit: targets.limits[quantity]))
    case .unsure: return nil
    case .unknown(let quantities):
      return (.rejected, "\(quantities.map(\.rawValue).joined(separator: ", ")) could not be measured")
    case .within: break
    }
    if case .broken(let quantity, _) = tolerances.verdict(measured) {
      return (
        .onward,
        CampaignPolicy.words(quantity, measured, limit: tolerances.limits[quantity])
          + ", which training may win back"
      )
    }
    return (.accepted, "within all bounds")
  }

  /// Tells how `next` went.
  package mutating func judge(_ decision: RoundRecord.Decision, _ measured: MeasuredQuantities) {
    if turn == nil, decision == .accepted || decision == .onward, targets.verdict(measured) == .within,
      case .round(let round) = machine.next, let value = measured[objective]?.value, value > 0
    {
      turn = Turn(threshold: round.threshold, objective: value)
    }
    switch decision {
    case .rejected, .rejectedEarly: machine.judge(isAccepted: false)
    case .onward: machine.judge(isAccepted: true, reached: reached(measured))
    case .accepted:
      guard objective == .accuracyLoss else {
        return machine.judge(isAccepted: true, reached: reached(measured))
      }
      // Smaller than it need be: a larger network has a better accuracy.
      let overshoots = !targets.limits.contains { quantity, limit in
        (measured[quantity]?.value ?? limit) >= limit * (1 - options.overshoot)
      }
      machine.judge(isAccepted: !overshoots)
      if !overshoots { isReached = true }
    }
  }

  /// The threshold that a measured network is at.
  private func reached(_ measured: MeasuredQuantities) -> Double {
    guard options.growsFromMeasured else { return -.infinity }
    return way { quantity in
      guard let value = measured[quantity]?.value, let before = baseline[quantity]?.value, before > 0 else { return 1 }
      return value / before
    }
  }

  /// How far a network has come: 0 like the unpruned one, 1 with all targets met. From the round on that has met them, what
  /// is saved of its objective counts.
  ///
  /// - Parameter share: Of every driving quantity, what is left of the unpruned network's.
  package func way(_ share: (Quantity) -> Double) -> Double {
    let toTargets = waysToTargets(share).map(\.way).min()
    guard objective != .accuracyLoss else { return toTargets ?? 0 }
    guard let toTargets else { return 1 - share(objective) }
    guard let turn, let before = baseline[objective]?.value else { return toTargets }
    return toTargets < 1
      ? min(toTargets, turn.threshold) : turn.threshold + max(0, 1 - share(objective) * before / turn.objective)
  }

  /// What is still to be reduced, and how much a share saved of it counts: targets that a network does not meet, and the
  /// objective. Where there is neither, the target that is nearest to being broken.
  package func pending(_ share: (Quantity) -> Double) -> [Quantity: Double] {
    let ways = waysToTargets(share)
    var result = Dictionary(uniqueKeysWithValues: ways.filter { $0.way < 1 }.map { ($0.quantity, 1.0) })
    // Targets come first: with equal weights the objective goes much further than they do on the same way.
    if objective != .accuracyLoss, result[objective] == nil { result[objective] = result.isEmpty ? 1 : 0.2 }
    if result.isEmpty, let nearest = ways.min(by: { $0.way < $1.way }) { result[nearest.quantity] = 1 }
    return result
  }

  private func waysToTargets(_ share: (Quantity) -> Double) -> [(quantity: Quantity, way: Double)] {
    targets.limits.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { quantity, limit in
      guard let before = baseline[quantity]?.value, before > limit else { return nil }
      return (quantity, (1 - share(quantity)) / (1 - limit / before))
    }
  }

  /// The quantities that rounds reduce: targets, and the objective.
  package var drivers: [Quantity] {
    var result = Set(targets.limits.keys)
    if objective != .accuracyLoss { result.insert(objective) }
    return result.sorted { $0.rawValue < $1.rawValue }
  }

  private static func words(_ quantity: Quantity, _ measured: MeasuredQuantities, limit: Double?) -> String {
    func text(_ value: Double?) -> String {
      guard let value else { return "?" }
      return quantity.isWhole ? "\(Int(value.rounded()))" : "\((value * 1000).rounded() / 1000)"
    }
    let unit = quantity.unit.isEmpty ? "" : " \(quantity.unit)"
    return "\(quantity.title) \(text(measured[quantity]?.value))\(unit), at most \(text(limit)) asked"
  }
}
