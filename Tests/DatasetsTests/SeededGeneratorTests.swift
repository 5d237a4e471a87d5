import Datasets
import Testing

@Suite struct SeededGeneratorTests {
  /// Pinned: shuffles, splits and pictures of existing seeds must never change.
  @Test func isTheSameForever() {
    var generator = SeededGenerator(seed: 1)
    #expect((0..<3).map { _ in generator.next() } == Self.firstOfSeed1)
    var other = SeededGenerator(seed: 1, stream: 1)
    #expect(other.next() != Self.firstOfSeed1[0])
  }

  static let firstOfSeed1: [UInt64] = [
    8_089_978_747_140_965_633, 5_687_923_198_772_495_674, 15_915_821_081_677_751_511,
  ]

  @Test func boundedNumbersAreUniform() {
    var generator = SeededGenerator(seed: 7)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[generator.below(7)] += 1 }
    // Five standard deviations of a binomial count are 463.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 463 })
    #expect(generator.below(0) == 0)
    #expect(generator.below(1) == 0)
    #expect((0..<1000).allSatisfy { _ in (3...5).contains(generator.integer(3...5)) })
  }

  @Test func momentsAreRight() {
    var generator = SeededGenerator(seed: 3)
    let units = (0..<50_000).map { _ in generator.unit() }
    #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(units.reduce(0, +) / 50_000 - 0.5) < 0.007)
    let normals = (0..<50_000).map { _ in generator.normal() }
    #expect(abs(normals.reduce(0, +) / 50_000) < 0.025)
    #expect(abs(normals.reduce(0) { $0 + $1 * $1 } / 50_000 - 1) < 0.03)
  }

  @Test func shufflesAreFairPermutations() {
    var firsts = [Int](repeating: 0, count: 5)
    for seed in 0..<5000 {
      var generator = SeededGenerator(seed: UInt64(seed))
      var elements = Array(0..<5)
      generator.shuffle(&elements)
      #expect(elements.sorted() == Array(0..<5))
      firsts[elements[0]] += 1
    }
    #expect(firsts.allSatisfy { abs($0 - 1000) < 145 })
  }
}
