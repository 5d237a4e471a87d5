import Compiler
import Graph
import Operators
import Runtime

/// Widths that nobody chose: channels go at random, from every group another share, and odd numbers of them stay.
///
/// What is left is as fast as the kernels are on widths that suit none of their tiles: a comparison of time saved with
/// work saved begins here.
///
///     let smaller = try RandomWidths(coupled, seed: 1).network(withoutMultiplyAccumulates: 0.5)
package struct RandomWidths: Sendable {
  /// Halvings of the interval in which the mean share of the channels lies.
  private static let halvings = 12
  /// A group loses the mean share times a number of this range.
  private static let spread = 0.5...1.5

  private let coupled: CoupledChannels
  private let whole: Int
  /// Every group's channels in the order in which they stay, and what it loses beside the mean.
  private let groups: [(factor: Double, channels: [Int32])]

  /// - Parameter seed: Decides which channels go, and how many of a group.
  /// - Throws: `PruningError.graph` for a network whose shapes cannot be inferred.
  package init(_ coupled: CoupledChannels, seed: UInt64) throws(PruningError) {
    self.coupled = coupled
    whole = try RandomWidths.multiplyAccumulates(coupled.graph)
    groups = coupled.groups.enumerated().map { position, group in
      let scores = group.channels.map { RandomImportance.score(seed: seed, of: "\(position)/\($0.id)") }
      let order = zip(scores, group.channels).sorted { $0.0 < $1.0 }
      let unit = RandomImportance.score(seed: seed, of: "\(position)")
      let (least, most) = (RandomWidths.spread.lowerBound, RandomWidths.spread.upperBound)
      return (least + (most - least) * unit, order.map(\.1.id))
    }
  }

  /// The network without as few channels as take a share of the multiply-accumulates with them.
  ///
  /// - Parameter share: Of 0 to 1. Every group keeps a channel: shares near 1 are not met.
  /// - Complexity: O(parameters).
  package func network(withoutMultiplyAccumulates share: Double) throws(PruningError) -> Graph {
    var (low, high) = (0.0, 1 / RandomWidths.spread.lowerBound)
    var result = try network(withoutChannels: high)
    for _ in 0..<RandomWidths.halvings {
      let middle = (low + high) / 2
      let candidate = try network(withoutChannels: middle)
      if Double(try RandomWidths.multiplyAccumulates(candidate)) > (1 - share) * Double(whole) {
        low = middle
      } else {
        (high, result) = (middle, candidate)
      }
    }
    return result
  }

  /// - Parameter share: How much of its channels a group loses in the mean.
  private func network(withoutChannels share: Double) throws(PruningError) -> Graph {
    var removed = Set<Int32>()
    for (factor, channels) in groups {
      let kept = Double(channels.count) * max(1 - share * factor, 0)
      removed.formUnion(channels.dropFirst(RandomWidths.odd(near: kept, atMost: channels.count)))
    }
    return try coupled.removing(removed)
  }

  /// The odd number closest to a width.
  private static func odd(near width: Double, atMost limit: Int) -> Int {
    let odd = 2 * Int((width / 2).rounded(.down)) + 1
    return odd <= limit ? odd : max(limit - 1, 1)
  }

  private static func multiplyAccumulates(_ network: Graph) throws(PruningError) -> Int {
    do throws(GraphError) {
      let inputs = try InputSpecification(batch: 1).resolve(network)
      let infos = try ShapeInference.infer(network, inputs: inputs)
      return GraphStatistics(network, infos: infos).multiplyAccumulates
    } catch {
      throw .graph(error)
    }
  }
}
