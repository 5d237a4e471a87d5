/// Chooses the channels to remove.
///
///     let selection = ChannelSelection(coupled.groups, minimum: 4, multiple: 4)
///     let cut = selection.below(threshold: 12, scores, shares: shares)
///     let smaller = try coupled.removing(cut.removed)
///
/// Whatever scores say, of every group the `minimum` stays, and numbers that stay are rounded up to a `multiple`, never
/// beyond what there is. The same scores give the same choice: of equal ones the channel with the larger identifier goes
/// first.
package struct ChannelSelection: Sendable {
  package struct Cut: Sendable, Equatable {
    /// Identifiers of channels.
    package let removed: Set<Int32>
    /// Channels that stay, by group.
    package let widths: [Int]
    /// Where the line was drawn; -infinity where nothing goes.
    package let threshold: Double
  }

  private let groups: [ChannelGroup]
  private let minimum: Int
  private let multiple: Int
  private let scope: GroupScope

  /// - Parameters:
  ///   - minimum: Channels of a group that stay at least; 1 where less is given.
  ///   - multiple: What the number that stays is rounded up to, such as the columns of a kernel's tile.
  ///   - scope: Groups that may be cut.
  package init(_ groups: [ChannelGroup], minimum: Int = 1, multiple: Int = 1, scope: GroupScope = .inner) {
    self.groups = groups
    self.minimum = max(minimum, 1)
    self.multiple = max(multiple, 1)
    self.scope = scope
  }

  /// Channels of all groups that stay where nothing is cut.
  package var widths: [Int] { groups.map(\.channels.count) }

  /// As many channels removed as limits allow: what the smallest network keeps.
  package var smallest: Cut {
    cut(groups.map { Array(repeating: 0, count: $0.channels.count) }, 0) { _, _ in true }
  }

  /// The paper's rule (AAP): channels go whose score is at most the threshold times their group's share.
  ///
  /// - Parameter shares: By group.
  package func below(threshold: Double, _ scores: GroupScores, shares: [Double]) -> Cut {
    cut(scores.byGroup, threshold) { group, score in
      score <= threshold * (shares.indices.contains(group) ? shares[group] : 0)
    }
  }

  /// The smallest threshold over all groups' keys whose cut costs no more than a target, by bisection: channels with
  /// the lowest keys go first, those of equal keys of all groups together, those of infinite ones never.
  ///
  /// - Parameters:
  ///   - keys: By group and channel (`ChannelRanking`, or prices); nil for a group that stays as it is.
  ///   - cost: Of the network with so many channels of every group: predicted milliseconds, parameters, anything that
  ///     does not grow when channels go. Where it does now and then (latency's staircase), what is found still costs no
  ///     more than the target, but a smaller threshold may do so too. Called O(log channels) times.
  /// - Returns: The cut and its cost; where the target cannot be reached, the largest cut that limits allow, with a cost
  ///   above the target.
  package func reaching<E: Error>(
    _ target: Double, keys: [[Double]?], cost: (_ widths: [Int]) throws(E) -> Double
  ) throws(E) -> (cut: Cut, cost: Double) {
    func cut(_ threshold: Double) -> Cut { self.cut(keys, threshold) { _, key in key <= threshold } }
    let nothing = cut(-.infinity)
    let whole = try cost(nothing.widths)
    let thresholds = Set(
      zip(groups, keys).flatMap { group, keys in scope.admits(group) ? (keys ?? []).filter { $0.isFinite } : [] }
    ).sorted()
    guard whole > target, let last = thresholds.last else { return (nothing, whole) }
    var best = cut(last)
    var price = try cost(best.widths)
    guard price <= target else { return (best, price) }
    // Thresholds below `low` are too small; the one at `high` is not.
    var (low, high) = (0, thresholds.count - 1)
    while low < high {
      let middle = (low + high) / 2
      let candidate = cut(thresholds[middle])
      let itsPrice = try cost(candidate.widths)
      if itsPrice <= target {
        (best, price) = (candidate, itsPrice)
        high = middle
      } else {
        low = middle + 1
      }
    }
    return (best, price)
  }

  /// - Parameter keys: By group and channel; nil for a group that nothing is known of.
  private func cut(_ keys: [[Double]?], _ threshold: Double, goes: (Int, Double) -> Bool) -> Cut {
    var removed = Set<Int32>()
    var widths: [Int] = []
    for (position, group) in groups.enumerated() {
      let width = group.channels.count
      guard scope.admits(group), position < keys.count, let keys = keys[position], keys.count == width else {
        widths.append(width)
        continue
      }
      let stays = kept(of: width, wanted: keys.count { !goes(position, $0) })
      let order = group.channels.indices.sorted {
        (keys[$0], group.channels[$1].id) < (keys[$1], group.channels[$0].id)
      }
      for channel in order.prefix(width - stays) { removed.insert(group.channels[channel].id) }
      widths.append(stays)
    }
    return Cut(removed: removed, widths: widths, threshold: threshold)
  }

  private func kept(of width: Int, wanted: Int) -> Int {
    let least = min(max(wanted, minimum), width)
    let (steps, rest) = least.quotientAndRemainder(dividingBy: multiple)
    // No overflow: a multiple beyond `least` is only taken once.
    return rest == 0 ? least : min(width, (steps + 1) * multiple)
  }
}
