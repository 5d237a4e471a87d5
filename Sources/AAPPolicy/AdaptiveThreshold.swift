/// The state machine that chooses how much the next round of pruning takes away (Automatic Attention Pruning, Zhao, Jain
/// and Zhao, AISTATS 2023: the adaptive policy).
///
/// A round prunes all filters whose importance lies under a threshold, trains, and measures. While rounds keep within
/// the bounds the threshold grows by an increment. A round that does not is undone: the increment is halved and tried
/// again from the last accepted round, twice; the third time that round itself is given up for the one before it.
///
///     var policy = AdaptiveThreshold(increment: 1)
///     while case .round(let round) = policy.next {
///       let measured = prune(from: round.start, below: round.threshold)
///       policy.judge(isAccepted: bounds.allow(measured))
///     }
package struct AdaptiveThreshold: Sendable, Equatable, Codable {
  /// A round to run.
  package struct Round: Sendable, Equatable, Codable {
    /// Counts from 0: the unpruned network.
    package let number: Int
    /// Local thresholds are this times a layer's share.
    package let threshold: Double
    /// What the threshold grew by, or would grow by.
    package let increment: Double
    /// The round whose network it starts from; nil for the unpruned network's own round.
    package let start: Int?
  }

  /// Why no more rounds follow.
  package enum Ending: String, Sendable, Codable {
    case roundLimit
    /// The increment fell below its floor: a finer threshold would change nothing.
    case incrementFloor
    /// Every accepted round was given up.
    case nothingAccepted
    /// The bounds are met as closely as asked: another round could only lose accuracy.
    case targetReached
  }

  /// What comes next.
  package enum Next: Sendable, Equatable {
    case round(Round)
    case ended(Ending)
  }

  /// Rounds that are accepted and not given up, oldest first: the paper's stack.
  package private(set) var accepted: [Round] = []
  /// Rounds judged so far.
  package private(set) var judged = 0
  /// Rejections since the last acceptance or since a round was given up.
  package private(set) var resets = 0

  private var threshold: Double
  private var increment: Double
  /// The round whose network the next one starts from.
  private var start: Int?
  private let floor: Double
  private let limit: Int

  /// - Parameters:
  ///   - threshold: Of the first round: 0 removes nothing, so that it measures the network as it is.
  ///   - increment: The first step; the paper begins with 1.0 for ResNet-56 and with 0.1 else. Precondition: positive.
  ///   - floor: Increments below it end the campaign. Precondition: positive.
  ///   - limit: Rounds at most; the paper's 100. Precondition: positive.
  package init(threshold: Double = 0, increment: Double, floor: Double = 1e-3, limit: Int = 100) {
    precondition(increment > 0 && floor > 0 && limit > 0, "a policy that could not move or end")
    self.threshold = threshold
    self.increment = increment
    self.floor = floor
    self.limit = limit
  }

  /// The round to run now, or why there is none.
  package var next: Next {
    if judged > 0 && accepted.isEmpty { return .ended(.nothingAccepted) }
    if judged >= limit { return .ended(.roundLimit) }
    if increment < floor { return .ended(.incrementFloor) }
    return .round(Round(number: judged, threshold: threshold, increment: increment, start: start))
  }

  /// Tells how `next` went. Without effect after the end.
  ///
  /// - Parameter reached: The threshold that the round's network is at, where that is known and may be further than was
  ///   asked (channels go in steps): the next one grows from there, or it would take nothing away.
  package mutating func judge(isAccepted: Bool, reached: Double = -.infinity) {
    guard case .round(let round) = next else { return }
    judged += 1
    if isAccepted {
      let taken = max(round.threshold, reached)
      accepted.append(
        Round(number: round.number, threshold: taken, increment: round.increment, start: round.start))
      resets = 0
      start = round.number
      threshold = taken + increment
      return
    }
    guard let last = accepted.last else { return }
    start = last.number
    resets += 1
    if resets < 3 {
      increment = last.increment / Double(1 << resets)
      threshold = last.threshold + increment
    } else {
      increment /= 2
      threshold = last.threshold
      accepted.removeLast()
      resets = 0
    }
  }
}
