/// How far a measurement can be believed. Fractions are parts of 1.
package struct MeasurementQuality: Equatable, Sendable {
  /// Of every subject: the part of its passes beyond the median and five scaled median absolute deviations (MAD times
  /// 1.4826, a normal distribution's standard deviation).
  package let outlierShare: [Double]
  /// Of every subject: the scaled MAD as a part of the median.
  package let noise: [Double]
  /// By how much the calibration work became slower between two of the measurement's quarters; 0 where it did not.
  package let slowdown: Double
  /// By how much the baseline changed between two quarters: more than 0 is slower. 0 where it did not.
  package let drift: Double
  /// What is wrong, the worst first; empty where nothing is.
  package let findings: [MeasurementFinding]

  /// A change between quarters that counts.
  private static let driftTolerance = 0.03
  /// A quarter has at least this many passes; less tell nothing of drift.
  private static let minimumBlock = 8
  private static let outlierLimit = 0.05
  private static let noiseLimit = 0.05
  /// Deviations below this part of the median are the clock's resolution.
  private static let smallestDeviation = 0.001

  /// - Parameters:
  ///   - timings: Of every subject (the first is the baseline) in every pass.
  ///   - calibration: Of the calibration work in every pass.
  ///   - warmUp: Passes spent on warming up where timings were still falling at its end, else nil.
  ///   - hasInterval: Whether there are enough passes for a confidence interval.
  package init(timings: [[Double]], calibration: [Double], warmUp: Int?, hasInterval: Bool) {
    var (shares, noise): ([Double], [Double]) = ([], [])
    for series in timings {
      let spread = MeasurementQuality.spread(series)
      shares.append(spread.outliers)
      noise.append(spread.noise)
    }
    let kernel = MeasurementQuality.change(calibration)
    let baseline = MeasurementQuality.change(timings.first ?? [])
    var findings: [MeasurementFinding] = []
    if kernel > 0 {
      findings.append(.throttled(slowdown: kernel))
    } else if baseline != 0 {
      findings.append(.drifting(change: baseline))
    }
    if let warmUp { findings.append(.warmUpUnfinished(passes: warmUp)) }
    if !hasInterval { findings.append(.tooFewPasses(count: calibration.count)) }
    for (subject, share) in shares.enumerated() where share > Self.outlierLimit {
      findings.append(.outliers(subject: subject, share: share))
    }
    for (subject, part) in noise.enumerated() where part > Self.noiseLimit {
      findings.append(.noisy(subject: subject, noise: part))
    }
    outlierShare = shares
    self.noise = noise
    slowdown = max(kernel, 0)
    drift = baseline
    self.findings = findings
  }

  private static func spread(_ values: [Double]) -> (outliers: Double, noise: Double) {
    guard !values.isEmpty else { return (0, 0) }
    let median = LatencyStatistics.percentile(values.sorted(), 0.5)
    guard median > 0 else { return (0, 0) }
    let deviation = 1.4826 * LatencyStatistics.percentile(values.map { abs($0 - median) }.sorted(), 0.5)
    let limit = median + 5 * max(deviation, smallestDeviation * median)
    return (Double(values.filter { $0 > limit }.count) / Double(values.count), deviation / median)
  }

  /// The largest clear change from a quarter to a later one, as a part of the earlier median; 0 without any.
  private static func change(_ values: [Double]) -> Double {
    let size = values.count / 4
    guard size >= minimumBlock else { return 0 }
    let blocks = (0..<4).compactMap { SampleBlock(values[$0 * size..<($0 + 1) * size]) }
    var largest = 0.0
    for (index, earlier) in blocks.enumerated() where earlier.median > 0 {
      for later in blocks[(index + 1)...] {
        guard
          earlier.isClearlyBelow(later, by: driftTolerance) || later.isClearlyBelow(earlier, by: driftTolerance)
        else { continue }
        let change = later.median / earlier.median - 1
        if abs(change) > abs(largest) { largest = change }
      }
    }
    return largest
  }
}
