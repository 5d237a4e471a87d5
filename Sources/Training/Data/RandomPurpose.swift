import Datasets

/// What random numbers of a training run are for. Each purpose has streams of its own, so that what one draws never
/// shifts what another gets: nothing random has a state that a checkpoint would have to keep.
enum RandomPurpose: UInt64 {
  case order = 0x6f72_6465_7200_0001
  case picture = 0x7069_6374_7572_0002
  case mixing = 0x6d69_7869_6e67_0003

  /// The generator for one place of an epoch's order; the same for the same arguments on every machine.
  func generator(seed: UInt64, epoch: Int, position: Int = 0) -> SeededGenerator {
    var mixer = SeededGenerator(seed: seed, stream: rawValue)
    return SeededGenerator(
      seed: mixer.next() &+ UInt64(truncatingIfNeeded: epoch), stream: UInt64(truncatingIfNeeded: position))
  }
}
