/// What an interleaved measurement found, so far or in the end.
package struct InterleavedResult: Sendable {
  /// In the caller's order; the first is the baseline.
  package let subjects: [SubjectTimings]
  /// Milliseconds of the calibration work in every pass.
  package let calibration: [Double]
  /// Passes at the beginning that were dropped.
  package let warmUpPasses: Int
  /// Whether timings were still falling when the time for warming up was spent.
  package let isWarmUpUnfinished: Bool
  package let quality: MeasurementQuality
  /// Nil while measuring goes on.
  package let ending: MeasurementEnding?

  /// Passes that count.
  package var passes: Int { calibration.count }

  /// What timings amount to. Nil without a pass, or where the baseline never took any time.
  ///
  /// - Parameters:
  ///   - timings: Of every subject, each with as many passes as `calibration` has.
  ///   - confidence: Of all intervals, between 0 and 1.
  package init?(
    timings: [RawTimings], calibration: [Double], warmUpPasses: Int, isWarmUpUnfinished: Bool, confidence: Double,
    ending: MeasurementEnding?
  ) {
    guard let baseline = timings.first?.milliseconds else { return nil }
    var subjects: [SubjectTimings] = []
    for timing in timings {
      guard
        let subject = SubjectTimings(
          milliseconds: timing.milliseconds, baseline: baseline, repeats: timing.repeats,
          firstRunNanoseconds: timing.firstRunNanoseconds, confidence: confidence)
      else { return nil }
      subjects.append(subject)
    }
    self.subjects = subjects
    self.calibration = calibration
    self.warmUpPasses = warmUpPasses
    self.isWarmUpUnfinished = isWarmUpUnfinished
    self.ending = ending
    quality = MeasurementQuality(
      timings: timings.map { $0.milliseconds }, calibration: calibration,
      warmUp: isWarmUpUnfinished ? warmUpPasses : nil,
      hasInterval: subjects.allSatisfy { $0.p50.isKnown && $0.ratio.isKnown })
  }

  private init(_ other: InterleavedResult, ending: MeasurementEnding) {
    subjects = other.subjects
    calibration = other.calibration
    warmUpPasses = other.warmUpPasses
    isWarmUpUnfinished = other.isWarmUpUnfinished
    quality = other.quality
    self.ending = ending
  }

  func ended(_ ending: MeasurementEnding) -> InterleavedResult { InterleavedResult(self, ending: ending) }
}
