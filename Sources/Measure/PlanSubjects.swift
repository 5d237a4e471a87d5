import CPlatform
import Runtime

/// Plans on this machine, each with a session of its own and always the same made-up input.
package struct PlanSubjects: BenchmarkSubjects {
  private let subjects: [Subject]
  private var calibration = CalibrationKernel()

  /// - Parameters:
  ///   - threads: Workers of each session, the caller's thread counted.
  ///   - pins: Whether workers are bound to cores.
  package init(_ plans: [Plan], threads: Int, pins: Bool = false) throws(PlanError) {
    var subjects: [Subject] = []
    for plan in plans { subjects.append(try Subject(Session(plan, threads: threads, pin: pins))) }
    self.subjects = subjects
  }

  package var count: Int { subjects.count }

  /// Activations may lie where an input was: it is written anew.
  package mutating func prepare(_ subject: Int) { subjects[subject].prepare() }

  package mutating func run(_ subject: Int) { subjects[subject].session.run() }

  package mutating func calibrate() { calibration.run() }
}

/// A session, which cannot be copied, where an array can hold it.
private final class Subject {
  var session: Session
  private let inputs: [BenchmarkInput]

  init(_ session: consuming Session) {
    inputs = (0..<session.plan.inputCount).map { BenchmarkInput(session.input($0), seed: UInt64($0)) }
    self.session = session
  }

  func prepare() {
    for index in inputs.indices { inputs[index].write(to: session.input(index)) }
  }
}
