/// What channels of a group cost for what they save: puts channels of different groups in the order in which they go.
///
/// Savings come in steps where latency is a staircase. Channels up to the same step have the same price, and steps that
/// are dearer than a later one are passed over: prices are slopes of the lower convex hull of cost over savings. Cutting
/// all channels up to a price then gives, of all widths looked at, those with the least cost for what is saved.
package struct ChannelPrices: Equatable {
  /// A number of channels that may go together.
  package struct Step: Equatable {
    package var removed: Int
    /// Of what is to be reduced, in any unit.
    package var saved: Double
    /// Loss, in any unit.
    package var cost: Double

    package init(removed: Int, saved: Double, cost: Double) {
      self.removed = removed
      self.saved = saved
      self.cost = cost
    }
  }

  /// Infinite for channels that no step removes.
  package let byChannel: [Double]

  /// O(steps^2).
  ///
  /// - Parameters:
  ///   - order: All channels, the first to go first.
  ///   - steps: By rising numbers of channels.
  package init(order: [Int], steps: [Step]) {
    var prices = [Double](repeating: .infinity, count: order.count)
    var last = Step(removed: 0, saved: 0, cost: 0)
    var left = steps[...]
    while let next = left.indices.min(by: { left[$0].slope(from: last) < left[$1].slope(from: last) }) {
      let slope = left[next].slope(from: last)
      if slope == .infinity { break }
      for channel in order[last.removed..<min(left[next].removed, order.count)] { prices[channel] = slope }
      last = left[next]
      left = left[(next + 1)...]
    }
    byChannel = prices
  }
}

extension ChannelPrices.Step {
  /// Cost for savings beyond a smaller step; infinite where nothing more is saved.
  fileprivate func slope(from step: Self) -> Double {
    saved > step.saved ? (cost - step.cost) / (saved - step.saved) : .infinity
  }
}
