import Datasets
import Testing
import Training

@Suite struct EarlyStoppingTests {
  @Test func stopsWhenPatienceIsUsedUp() {
    var stopping = EarlyStopping(patience: 2)
    let verdicts = [0.5, 0.6, 0.6, 0.55, 0.61, 0.6, 0.6, 0.6].map { stopping.record($0) }
    #expect(verdicts == [.better, .better, .wait, .wait, .better, .wait, .wait, .stop])
    #expect(stopping.best == 0.61)
  }

  @Test func smallGainsDoNotCount() {
    var stopping = EarlyStopping(patience: 1, minimumDelta: 0.25, direction: .down)
    #expect([2.0, 1.875, 1.75, 1.625, .nan].map { stopping.record($0) } == [.better, .wait, .better, .wait, .stop])
  }

  @Test func goesOnFromItsState() {
    var whole = EarlyStopping(patience: 1)
    _ = whole.record(0.7)
    _ = whole.record(0.6)
    var resumed = EarlyStopping(patience: 1, best: whole.best, waited: whole.waited)
    #expect(resumed == whole)
    #expect(resumed.record(0.5) == .stop)
  }

  @Test func randomStateGoesOn() throws {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<10 { _ = generator.next() }
    let kept = RandomState(generator).words
    let expected = (0..<100).map { _ in generator.next() }
    var resumed = try #require(RandomState(words: kept)).generator
    #expect((0..<100).map { _ in resumed.next() } == expected)
    #expect(RandomState(words: [0, 0, 0, 0]) == nil)
    #expect(RandomState(words: [1, 2, 3]) == nil)
  }
}
