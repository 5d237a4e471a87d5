import ArgumentParser
import CPlatform
import Compiler
import Measure
import Runtime

/// `bench`: latency and memory of models.
struct BenchVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures latency and memory of models.",
    discussion: """
      Every model is warmed up, then timed for --seconds (or --runs). The median (p50) is the figure to compare; \
      compare only figures of one machine, taken in turn.

      Examples:
        edge-run bench mobilenet.onnx
        edge-run bench a.edge b.edge --threads 1,2 --seconds 5 --json
      """)

  @Argument(help: ArgumentHelp("Models to measure.", valueName: "model")) var models: [String]
  @Option(help: "Worker threads, or several as a list: 1,2 (default: the machine's big cores).") var threads: String?
  @Option(help: "Seconds to measure each model for.") var seconds: Double = 2
  @Option(help: "Measure exactly this many runs instead.") var runs: Int?
  @Option(help: "Where to measure: local.") var target = "local"
  @OptionGroup var options: RunOptions

  func run() throws {
    try reporting {
      guard target == "local" else {
        throw Failure.usage("--target \(target): only 'local' can be measured on as yet")
      }
      guard seconds > 0, seconds <= 86_400, runs.map({ $0 > 0 }) ?? true else {
        throw Failure.usage("--seconds and --runs take positive numbers")
      }
      let set = try options.instructionSet()
      let counts = try ThreadsOption.list(threads)
      var results: [BenchmarkResult] = []
      for model in models {
        for count in counts {
          let start = ep_now_ns()
          let plan = try ModelFile.load(model).plan(for: set)
          let loadNanoseconds = ep_now_ns() - start
          results.append(
            try Benchmark(threads: count, seconds: seconds, runs: runs).measure(
              plan, model: model, loadNanoseconds: loadNanoseconds, isStopped: { Interruption.isRequested }))
          guard !Interruption.isRequested else { throw Failure.interrupted("bench") }
        }
      }
      if options.json {
        Terminal.out(JSONObject.array(results.map(\.json)))
      } else {
        Terminal.out(BenchmarkResult.tableHeading)
        for result in results { Terminal.out(result.tableRow) }
      }
    }
  }
}
