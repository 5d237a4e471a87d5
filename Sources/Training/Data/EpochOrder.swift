import Datasets

/// In which order an epoch goes through its pictures.
package enum EpochOrder {
  /// The indices 0..<count in an order that depends on seed and epoch alone.
  package static func shuffled(count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var generator = RandomPurpose.order.generator(seed: seed, epoch: epoch)
    var order = Array(0..<max(count, 0))
    generator.shuffle(&order)
    return order
  }
}
