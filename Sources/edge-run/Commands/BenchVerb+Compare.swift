import CPlatform
import Measure
import Runtime

extension BenchVerb {
  /// Passes that are made however short the time: as many as an interval of the median needs.
  private static let fewestPasses = 6

  /// Measures all models in alternation and prints each beside the first.
  func compare(threads counts: [Int], _ set: InstructionSet) throws {
    guard !train else { throw Failure.usage("--compare measures classifying, not --train") }
    guard models.count > 1 else { throw Failure.usage("--compare takes two models or more") }
    var plans: [Plan] = []
    var loadNanoseconds: [UInt64] = []
    for model in models {
      let start = ep_now_ns()
      plans.append(try ModelFile.load(model).plan(for: set))
      loadNanoseconds.append(ep_now_ns() - start)
    }
    if !options.json { Terminal.out(ComparedModel.tableHeading) }
    var rows: [ComparedModel] = []
    for threads in counts {
      let result = try interleaved.measure(plans, threads: threads, isStopped: { Interruption.isRequested })
      guard let result, result.ending != .stopped else { throw Failure.interrupted("bench") }
      for (index, timings) in result.subjects.enumerated() {
        guard
          let row = ComparedModel(
            model: models[index], plan: plans[index], threads: threads, loadNanoseconds: loadNanoseconds[index],
            timings: timings)
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
