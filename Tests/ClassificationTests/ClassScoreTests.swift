import Classification
import Testing

@Suite struct ClassScoreTests {
  private func ranking(_ scores: [Float], _ top: Int, offset: Int = 0) -> [Int] {
    ClassScore.ranking(scores, top: top, offset: offset).map(\.index)
  }

  @Test func ranksBestFirstAndLowerIndexFirstOfEquals() {
    #expect(ranking([0.1, 0.5, 0.2, 0.5], 3) == [1, 3, 2])
    #expect(ranking([0.1, 0.1, 0.1], 2) == [0, 1])
    #expect(ranking([0.3, 0.7], 5) == [1, 0])
    #expect(ranking([0.3, 0.7], 0) == [])
    #expect(ranking([], 5) == [])
  }

  @Test func leavesOutWhatComesBeforeClassZero() {
    #expect(ranking([0.9, 0.05, 0.03, 0.02], 2, offset: 1) == [0, 1])
    #expect(ranking([0.9, 0.1], 5, offset: 2) == [])
  }

  @Test func agreesWithSorting() {
    var generator = SystemRandomNumberGenerator()
    for count in [1, 10, 1000] {
      // Few different values, so that there are many equals.
      let scores = (0..<count).map { _ in Float(Int.random(in: 0..<20, using: &generator)) / 20 }
      let sorted = scores.indices.sorted { (scores[$0], -$0) > (scores[$1], -$1) }
      #expect(ranking(scores, 17) == Array(sorted.prefix(17)))
    }
  }
}
