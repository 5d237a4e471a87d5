import Measure
import Testing

@Suite struct WarmUpTests {
  @Test func findsWhereTimingsStopFalling() {
    let timings = (0..<100).map { pass in 10 + max(0, 40 - Double(pass)) }
    #expect(WarmUp.steadyStart(timings, block: 8) == 40)
    #expect(WarmUp.steadyStart(Array(timings[40...]), block: 8) == 0)
    #expect(WarmUp.steadyStart(Array(timings[..<40]), block: 8) == nil)
    #expect(WarmUp.steadyStart([10, 9, 8], block: 2) == nil)
    #expect(WarmUp.steadyStart([], block: 8) == nil)
    #expect(WarmUp.steadyStart([1, 2], block: 0) == nil)
  }

  @Test func slowOutliersAndSlowingAreNoWarmUp() {
    var timings = Array(repeating: 10.0, count: 16)
    timings[0] = 500
    timings[1] = 90
    #expect(WarmUp.steadyStart(timings, block: 8) == 0)
    #expect(WarmUp.steadyStart((0..<32).map { 10 + Double($0) }, block: 8) == 0)
  }

  /// Noise alone seldom looks like falling.
  @Test func noiseIsNoWarmUp() {
    var generator = TestGenerator(seed: 5)
    let trials = 500
    let steady = (0..<trials).filter { _ in
      WarmUp.steadyStart((0..<16).map { _ in 10 + generator.normal() }, block: 8) == 0
    }
    #expect(steady.count > trials * 85 / 100)
  }
}
