/// Schedules as an option's text: a course's name, then its parameters behind a colon, separated by commas.
///
///     constant
///     cosine              cosine:final=0.01
///     step:0.5,0.75       step:0.3,0.6,0.8,gamma=0.2
///     one-cycle           one-cycle:rise=0.2,start=10,end=100
///     swa                 swa:final=0.05,anneal=0.6
///
/// Each takes `warmup=`: a fraction of the training below 1, or a number of steps.
extension LearningRateSchedule {
  /// The names of the courses.
  package static let names = ["constant", "cosine", "step", "one-cycle", "swa"]

  /// Reads a schedule.
  ///
  /// - Parameters:
  ///   - text: Name and parameters.
  ///   - peak: The highest rate.
  /// - Throws: `ScheduleError`, saying what would be right.
  package init(_ text: String, peak: Double) throws(ScheduleError) {
    guard peak.isFinite, peak > 0 else { throw ScheduleError(text: "\(peak)", reason: "a rate above 0 is needed") }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var parameters = try ScheduleParameters(parts.count > 1 ? parts[1] : "", text: text)
    let course: Course
    switch parts.first ?? "" {
    case "constant": course = .constant
    case "cosine": course = .cosine(final: try parameters.take("final", in: 0...1) ?? 0)
    case "step":
      let milestones = parameters.takePositional()
      let areFractions = milestones.allSatisfy { $0 > 0 && $0 < 1 }
      guard areFractions, zip(milestones, milestones.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw ScheduleError(
          text: text, reason: "milestones are fractions of the training that ascend, such as 0.5,0.75")
      }
      course = .step(
        milestones: milestones.isEmpty ? [0.5, 0.75] : milestones,
        gamma: try parameters.take("gamma", in: 0...1) ?? 0.1)
    case "one-cycle":
      course = .oneCycle(
        rise: try parameters.take("rise", in: 0...1) ?? 0.3, start: try parameters.take("start", in: 1...1e9) ?? 25,
        end: try parameters.take("end", in: 1...1e12) ?? 1e4)
    case "swa":
      course = .averaging(
        final: try parameters.take("final", in: 0...1) ?? 0.1, anneal: try parameters.take("anneal", in: 0...1) ?? 0.75)
    default:
      throw ScheduleError(
        text: text, reason: "no schedule; there are \(LearningRateSchedule.names.joined(separator: ", "))")
    }
    var warmUp = WarmUp.none
    if let value = try parameters.take("warmup", in: 0...1e12) {
      guard value < 1 || value.rounded() == value else {
        throw ScheduleError(text: text, reason: "warmup is a fraction below 1 or a whole number of steps")
      }
      warmUp = value == 0 ? .none : value < 1 ? .fraction(value) : .steps(Int(value))
    }
    try parameters.finish()
    self.init(peak: peak, course: course, warmUp: warmUp)
  }

  /// The text that `init` reads back (but for the peak rate).
  package var text: String {
    var name: String
    var parameters: [String]
    switch course {
    case .constant: (name, parameters) = ("constant", [])
    case .cosine(let final): (name, parameters) = ("cosine", ["final=\(final)"])
    case .step(let milestones, let gamma):
      (name, parameters) = ("step", milestones.map { "\($0)" } + ["gamma=\(gamma)"])
    case .oneCycle(let rise, let start, let end):
      (name, parameters) = ("one-cycle", ["rise=\(rise)", "start=\(start)", "end=\(end)"])
    case .averaging(let final, let anneal): (name, parameters) = ("swa", ["final=\(final)", "anneal=\(anneal)"])
    }
    switch warmUp {
    case .none: break
    case .steps(let steps): parameters.append("warmup=\(steps)")
    case .fraction(let fraction): parameters.append("warmup=\(fraction)")
    }
    if !parameters.isEmpty { name += ":" + parameters.joined(separator: ",") }
    return name
  }
}

/// The parameters behind a schedule's name, taken one by one.
private struct ScheduleParameters {
  private let text: String
  private var positional: [Double] = []
  private var named: [String: Double] = [:]

  init(_ parameters: Substring, text: String) throws(ScheduleError) {
    self.text = text
    for parameter in parameters.split(separator: ",", omittingEmptySubsequences: true) {
      let sides = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let last = sides.last, let value = Double(last), value.isFinite else {
        throw ScheduleError(text: text, reason: "'\(parameter)' is no number and no NAME=NUMBER")
      }
      if sides.count == 1 {
        positional.append(value)
      } else if named.updateValue(value, forKey: String(sides[0])) != nil {
        throw ScheduleError(text: text, reason: "'\(sides[0])' is given twice")
      }
    }
  }

  mutating func takePositional() -> [Double] {
    defer { positional = [] }
    return positional
  }

  mutating func take(_ name: String, in range: ClosedRange<Double>) throws(ScheduleError) -> Double? {
    guard let value = named.removeValue(forKey: name) else { return nil }
    guard range.contains(value) else {
      throw ScheduleError(text: text, reason: "\(name) is from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// Throws where something was not taken.
  func finish() throws(ScheduleError) {
    if let name = named.keys.min() { throw ScheduleError(text: text, reason: "it has no parameter '\(name)'") }
    if let value = positional.first { throw ScheduleError(text: text, reason: "\(value) stands for no parameter") }
  }
}
