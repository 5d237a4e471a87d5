import Runtime

/// Something that makes a measurement hard to believe. Fractions are parts of 1.
package enum MeasurementFinding: Equatable, Sendable {
  /// The calibration work became slower.
  case throttled(slowdown: Double)
  /// The baseline became slower (or faster, where negative), though the calibration work did not become slower.
  case drifting(change: Double)
  /// Many passes of a subject took far longer than usual.
  case outliers(subject: Int, share: Double)
  /// A subject's passes scatter widely.
  case noisy(subject: Int, noise: Double)
  /// Timings were still falling when the time for warming up was spent.
  case warmUpUnfinished(passes: Int)
  /// Too few passes for a confidence interval.
  case tooFewPasses(count: Int)

  /// A short name, for programs.
  package var name: StaticString {
    switch self {
    case .throttled: "throttled"
    case .drifting: "drifting"
    case .outliers: "outliers"
    case .noisy: "noisy"
    case .warmUpUnfinished: "warm-up-unfinished"
    case .tooFewPasses: "too-few-passes"
    }
  }

  /// What is wrong, and what to do.
  ///
  /// - Parameter names: What to call the subjects; one without a name is called by its number.
  package func message(naming names: [String] = []) -> String {
    func called(_ subject: Int) -> String { names.indices.contains(subject) ? names[subject] : "subject \(subject)" }
    func percent(_ part: Double) -> String { FixedDecimal.text(part * 100, decimals: 1) + " %" }
    switch self {
    case .throttled(let slowdown):
      return "a fixed calculation became \(percent(slowdown)) slower while measuring: the clock went down, or other "
        + "work took the core. Ratios hold, milliseconds do not; let the machine cool, fix its clock, stop other "
        + "programs, and measure again"
    case .drifting(let change):
      return "\(called(0)) became \(percent(abs(change))) \(change > 0 ? "slower" : "faster") while measuring. Ratios "
        + "hold, milliseconds do not; stop other programs, and measure again for longer"
    case .outliers(let subject, let share):
      return "\(called(subject)): \(percent(share)) of its timings are far above the rest. The median holds, p99 does "
        + "not; stop other programs, or use fewer threads than there are cores"
    case .noisy(let subject, let noise):
      return "\(called(subject)): its timings scatter by \(percent(noise)), and the median may be off, the more the "
        + "longer a run takes. Stop other programs, fix the clock, or measure for longer"
    case .warmUpUnfinished(let passes):
      return "after \(passes) passes of warming up timings were still falling: measure for longer"
    case .tooFewPasses(let count):
      return "\(count) passes are too few for a confidence interval: measure for longer"
    }
  }
}
