import Measure
import Testing

@Suite struct LatencyStatisticsTests {
  @Test func summarisesTimings() throws {
    // 1...100 ms, out of order.
    let timings = (1...100).map { UInt64($0 * 37 % 101) * 1_000_000 }
    let statistics = try #require(LatencyStatistics(nanoseconds: timings))
    #expect(statistics.count == 100)
    #expect(statistics.minimum == 1)
    #expect(abs(statistics.p50 - 50.5) < 1e-9)
    #expect(abs(statistics.p90 - 90.1) < 1e-9)
    #expect(abs(statistics.p99 - 99.01) < 1e-9)
    #expect(abs(statistics.mean - 50.5) < 1e-9)
    #expect(abs(statistics.standardDeviation - 29.011491975882016) < 1e-9)
    #expect(
      statistics.json.text
        == #"{"min": 1.0, "p50": 50.5, "p90": 90.1, "p99": 99.01, "mean": 50.5, "stddev": 29.01149}"#)
  }

  @Test func aSingleTimingIsEveryPercentile() throws {
    let statistics = try #require(LatencyStatistics(nanoseconds: [2_000_000]))
    #expect(statistics.p50 == 2)
    #expect(statistics.p99 == 2)
    #expect(statistics.standardDeviation == 0)
    #expect(LatencyStatistics(nanoseconds: []) == nil)
  }
}
