import CPlatform
import Devices
import Measure
import NodeProtocol
import Runtime

extension BenchVerb {
  /// Passes that are made however short the time: as many as an interval of the median needs.
  private static let fewestPasses = 6

  /// A model that is compared with others.
  private struct Subject {
    let model: String
    let plan: PlanSummary
    let loadNanoseconds: UInt64
  }

  /// Measures all models in alternation and prints each beside the first.
  func compare(threads counts: [Int], _ set: InstructionSet?) throws {
    try checkComparison()
    var plans: [Plan] = []
    let subjects = try models.map { model in
      let start = ep_now_ns()
      let plan = try ModelFile.load(model).plan(for: set)
      plans.append(plan)
      return Subject(model: model, plan: PlanSummary(plan), loadNanoseconds: ep_now_ns() - start)
    }
    try show(subjects, threads: counts) { threads in
      let result = try interleaved.measure(plans, threads: threads, isStopped: { Interruption.isRequested })
      guard let result, result.ending != .stopped else { throw Failure.interrupted("bench") }
      return (result, ep_peak_resident_bytes())
    }
  }

  /// The same on a device.
  func compare(on device: NodeConnection, threads counts: [Int], _ set: InstructionSet?) throws {
    try checkComparison()
    var numbers: [PlanNumber] = []
    let subjects = try models.map { model in
      let start = ep_now_ns()
      let bytes = try BenchVerb.bytes(model, for: set, on: device)
      numbers.append(try device.load(bytes))
      return Subject(model: model, plan: try PlanSummary(bytes: bytes), loadNanoseconds: ep_now_ns() - start)
    }
    try show(subjects, threads: counts) { threads in
      let result = try device.compare(numbers, threads: threads, interleaved)
      // A run of one of them, to be told of the memory that all of them took.
      let reply = try device.benchmark(numbers[0], model: models[0], threads: threads, runs: 1)
      return (result, reply.peakResidentBytes)
    }
  }

  private func checkComparison() throws {
    guard !train else { throw Failure.usage("--compare measures classifying, not --train") }
    guard models.count > 1 else { throw Failure.usage("--compare takes two models or more") }
  }

  private func show(
    _ subjects: [Subject], threads counts: [Int],
    _ measure: (Int) throws -> (result: InterleavedResult, peakResidentBytes: UInt64)
  ) throws {
    if !options.json { Terminal.out(ComparedModel.tableHeading) }
    var rows: [ComparedModel] = []
    for threads in counts {
      let (result, peak) = try measure(threads)
      for (subject, timings) in zip(subjects, result.subjects) {
        guard
          let row = ComparedModel(
            model: subject.model, plan: subject.plan, threads: threads, loadNanoseconds: subject.loadNanoseconds,
            timings: timings, peakResidentBytes: peak)
        else { continue }
        rows.append(row)
        if !options.json { Terminal.out(row.tableRow) }
      }
      guard !options.quiet else { continue }
      for finding in result.quality.findings { Terminal.error("\(finding.name): \(finding.message(naming: models))") }
    }
    if options.json { Terminal.out(JSONObject.array(rows.map(\.json))) }
  }

  /// As long as `bench` measures all of the models one after the other.
  private var interleaved: InterleavedBenchmark {
    if let runs {
      let passes = min(runs, Benchmark.maximumRuns)
      return InterleavedBenchmark(passes: passes...passes, seconds: 0...86_400)
    }
    let total = min(seconds * Double(models.count), 86_400)
    return InterleavedBenchmark(passes: Self.fewestPasses...Benchmark.maximumRuns, seconds: total...total)
  }
}
