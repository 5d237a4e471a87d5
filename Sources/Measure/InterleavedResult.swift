/// What an interleaved measurement found, so far or in the end.
package struct InterleavedResult: Sendable {
  /// In the caller's order; the first is the baseline.
  package let subjects: [SubjectTimings]
  /// Milliseconds of the calibration work in every pass.
  package let calibration: [Double]
  /// Passes at the beginning that were dropped.
  package let warmUpPasses: Int
  package let quality: MeasurementQuality
  /// Nil while measuring goes on.
  package let ending: MeasurementEnding?

  /// Passes that count.
  package var passes: Int { calibration.count }

  func ended(_ ending: MeasurementEnding) -> InterleavedResult {
    InterleavedResult(
      subjects: subjects, calibration: calibration, warmUpPasses: warmUpPasses, quality: quality, ending: ending)
  }
}
