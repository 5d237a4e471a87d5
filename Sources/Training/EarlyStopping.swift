/// Tells when a training no longer gets better: its state is small and can be kept in a checkpoint.
package struct EarlyStopping: Sendable, Equatable {
  /// Which way is better.
  package enum Direction: Sendable, Equatable {
    /// Such as accuracy.
    case up
    /// Such as loss.
    case down
  }

  /// What the last value meant.
  package enum Verdict: Sendable, Equatable {
    /// Better than all before by at least the minimum delta.
    case better
    /// Not better, with patience left.
    case wait
    /// Not better, and patience is used up.
    case stop
  }

  /// How many values in a row may fail to be better; the next one stops.
  package let patience: Int
  /// How much better a value has to be to count.
  package let minimumDelta: Double
  package let direction: Direction
  /// The best value so far, nil before the first.
  package private(set) var best: Double?
  /// Values since the best one.
  package private(set) var waited: Int

  /// - Parameters:
  ///   - best: The best value so far, of a training that goes on.
  ///   - waited: Values since then.
  package init(
    patience: Int, minimumDelta: Double = 0, direction: Direction = .up, best: Double? = nil, waited: Int = 0
  ) {
    self.patience = max(patience, 0)
    self.minimumDelta = max(minimumDelta, 0)
    self.direction = direction
    self.best = best
    self.waited = max(waited, 0)
  }

  /// Takes the next value. Not-a-number is never better.
  package mutating func record(_ value: Double) -> Verdict {
    if isBetter(value) {
      best = value
      waited = 0
      return .better
    }
    waited += 1
    return waited > patience ? .stop : .wait
  }

  private func isBetter(_ value: Double) -> Bool {
    guard !value.isNaN else { return false }
    guard let best else { return true }
    let gain = direction == .up ? value - best : best - value
    return minimumDelta > 0 ? gain >= minimumDelta : gain > 0
  }
}
