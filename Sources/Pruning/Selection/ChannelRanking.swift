/// How scores of different groups are put in one order.
package struct ChannelRanking: Sendable, Equatable {
  /// What a group's share (`LayerWeighting`) does to its channels' scores.
  package enum Share: Sendable, Equatable {
    /// Nothing.
    case ignored
    /// Divides: where much is to be saved, channels look less important. The paper's direction: `score <= T * share`.
    case divides
    /// Multiplies: where much is spent, channels look more important.
    case multiplies
  }

  /// Whether scores are divided by their group's mean, so that groups of different scale can be compared.
  package var normalizes: Bool
  package var share: Share

  package init(normalizes: Bool, share: Share) {
    self.normalizes = normalizes
    self.share = share
  }

  /// Scores as they are: of criteria that compare layers themselves.
  package static let raw = ChannelRanking(normalizes: false, share: .ignored)
  /// Scores divided by shares, the order in which the paper's rule cuts as T grows.
  package static let paper = ChannelRanking(normalizes: false, share: .divides)

  /// The places of all groups' channels in the order; nil for groups that nothing is known of.
  ///
  /// - Parameter shares: By group; only looked at where they do something.
  package func keys(_ scores: GroupScores, shares: [Double] = []) -> [[Double]?] {
    scores.byGroup.enumerated().map { group, scores in
      scores.map { keys($0, share: shares.indices.contains(group) ? shares[group] : 0) }
    }
  }

  /// The places of one group's channels in the order; infinite for what may never go.
  func keys(_ scores: [Double], share amount: Double) -> [Double] {
    let mean = scores.reduce(0, +) / Double(max(scores.count, 1))
    return scores.map { score in
      // All scores of a group without a mean are 0.
      let value = normalizes && mean != 0 ? score / mean : score
      switch share {
      case .ignored: return value
      case .divides: return amount > 0 ? value / amount : value > 0 ? .infinity : value
      case .multiplies: return value * amount
      }
    }
  }
}
