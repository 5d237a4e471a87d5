import Measure
import Testing

@Suite struct MeasurementQualityTests {
  private static func series(_ count: Int, seed: UInt64, noise: Double, _ value: (Int) -> Double) -> [Double] {
    var generator = TestGenerator(seed: seed)
    return (0..<count).map { value($0) * (1 + noise * generator.normal()) }
  }

  private static func quality(
    _ timings: [[Double]], calibration: [Double], warmUp: Int? = nil, hasInterval: Bool = true
  ) -> MeasurementQuality {
    MeasurementQuality(timings: timings, calibration: calibration, warmUp: warmUp, hasInterval: hasInterval)
  }

  @Test func steadyMachinesHaveNoFindings() {
    for seed in 1...50 {
      let series = (0..<3).map { subject in
        Self.series(120, seed: UInt64(seed * 10 + subject), noise: 0.02) { _ in 4 }
      }
      let quality = Self.quality([series[0], series[1]], calibration: series[2])
      #expect(quality.findings.isEmpty, "\(quality.findings)")
      for noise in quality.noise { #expect(noise > 0.012 && noise < 0.03) }
      #expect(quality.slowdown == 0)
    }
  }

  @Test func throttlingIsFound() throws {
    // The clock drops by a fifth at two thirds of the time, and comes back.
    let pace: (Int) -> Double = { $0 > 80 && $0 < 110 ? 1.25 : 1 }
    let quality = Self.quality(
      [Self.series(120, seed: 1, noise: 0.02, pace)], calibration: Self.series(120, seed: 2, noise: 0.01, pace))
    guard case .throttled(let slowdown) = try #require(quality.findings.first) else {
      Issue.record("\(quality.findings)")
      return
    }
    #expect(slowdown > 0.2 && slowdown < 0.3 && quality.slowdown == slowdown)
  }

  @Test func aDriftOfTheBaselineAloneIsFound() throws {
    let calibration = Array(repeating: 0.1, count: 80)
    let slower = Self.quality([(0..<80).map { 1 + Double($0) / 400 }], calibration: calibration)
    guard case .drifting(let change) = try #require(slower.findings.first) else {
      Issue.record("\(slower.findings)")
      return
    }
    #expect(change > 0.1 && slower.slowdown == 0 && slower.drift == change)
    let faster = Self.quality([(0..<80).map { $0 < 40 ? 2.0 : 1.0 }], calibration: calibration)
    #expect(faster.findings.contains(.drifting(change: -0.5)))
    // Too short to tell.
    #expect(Self.quality([(0..<30).map { Double($0 + 100) }], calibration: calibration).drift == 0)
  }

  @Test func outliersAndNoiseAreFound() throws {
    let calibration = Array(repeating: 0.1, count: 100)
    let steady = Array(repeating: 1.0, count: 100)
    let spikes = (0..<100).map { $0 % 10 == 3 ? 9.0 : 1.0 }
    let rough = Self.series(100, seed: 3, noise: 0.2) { _ in 1 }
    let quality = Self.quality([steady, spikes, rough], calibration: calibration)
    #expect(quality.outlierShare[0] == 0 && quality.outlierShare[1] == 0.1 && quality.noise[1] == 0)
    #expect(quality.findings.contains(.outliers(subject: 1, share: 0.1)))
    #expect(quality.findings.contains(.noisy(subject: 2, noise: quality.noise[2])))
    #expect(quality.findings.count == 2)
    #expect(try #require(quality.findings.first).message(naming: ["a", "b.onnx"]).hasPrefix("b.onnx: 10.0 % "))
    #expect(try #require(quality.findings.first).message().hasPrefix("subject 1: "))
  }

  @Test func lackOfPassesIsFound() {
    let quality = Self.quality([[1, 1]], calibration: [1, 1], warmUp: 80, hasInterval: false)
    #expect(quality.findings == [.warmUpUnfinished(passes: 80), .tooFewPasses(count: 2)])
    #expect(Self.quality([], calibration: []).findings.isEmpty)
    #expect(Self.quality([[], [0, 0]], calibration: [0, 0]).noise == [0, 0])
  }
}
