import Datasets

/// Where a generator stands, to be kept and taken up again: a training that goes on draws the numbers it would have
/// drawn.
package struct RandomState: Sendable, Equatable {
  /// The generator's four words; not all zero.
  package let words: [UInt64]

  /// The state of a generator.
  package init(_ generator: SeededGenerator) {
    let state = generator.state
    words = (0..<state.scalarCount).map { state[$0] }
  }

  /// A state that was kept, or nil where these words are none.
  package init?(words: [UInt64]) {
    guard words.count == 4, words.contains(where: { $0 != 0 }) else { return nil }
    self.words = words
  }

  /// A generator that goes on from here.
  package var generator: SeededGenerator {
    SeededGenerator(state: SIMD4(words[0], words[1], words[2], words[3]))
  }
}
