import ArgumentParser
import CPlatform
import Compiler
import Datasets
import Devices
import Measure
import Runtime
import Training

/// `bench`: latency and memory of models.
struct BenchVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures latency and memory of models.",
    discussion: """
      Every model is warmed up, then timed for --seconds; with --runs, so many runs right after the first. The median (p50) is the figure to compare; \
      compare only figures of one machine, taken in turn: --compare does so.

      --compare runs all models in alternation, so that whatever the machine does meanwhile befalls all of them alike. \
      It prints medians and ratios to the first model with their 95 % confidence intervals, and on standard error what \
      made the measurement doubtful: a clock that went down, drift, outliers, noise. Where a run is too short for the \
      clock a timing is the mean of several.

      --target measures on a board that has edge-node in its home folder: models are compiled here for its processor \
      and sent there by ssh, as its configuration and keys say. exec: starts any command that speaks edge-node's \
      protocol, such as an emulator.

      Examples:
        edge-run bench mobilenet.onnx
        edge-run bench a.edge b.edge --threads 1,2 --seconds 5 --json
        edge-run bench baseline.onnx pruned.onnx --compare
        edge-run bench mobilenet.onnx --target ssh://pi@board --threads 1,4
        edge-run bench mobilenet.onnx --target 'exec:qemu-aarch64-static edge-node-aarch64 serve'
        edge-run bench resnet20.onnx --train --batch 128
      """)

  @Argument(help: ArgumentHelp("Models to measure.", valueName: "model")) var models: [String]
  @Option(help: "Worker threads, or several as a list: 1,2 (default: the machine's big cores).") var threads: String?
  @Option(help: "Seconds to measure each model for.") var seconds: Double = 2
  @Option(help: "Measure exactly this many runs instead.") var runs: Int?
  @Flag(help: "Measure all models in alternation, beside the first.") var compare = false
  @Option(help: "Where to measure: local, ssh://[user@]host[:port], or exec:COMMAND.") var target = "local"
  @Flag(help: "Measure steps of training (forward, backward, SGD) instead of classifying.") var train = false
  @Option(help: "Pictures a step of training.") var batch = 128
  @OptionGroup var options: RunOptions

  /// Steps on one batch of made-up pictures and classes.
  private func measureTraining(
    _ file: ModelFile, _ model: String, _ benchmark: Benchmark, _ set: InstructionSet?, _ start: UInt64
  ) throws -> BenchmarkResult {
    guard batch > 1, batch <= 65_536 else { throw Failure.usage("--batch takes 2 to 65536 pictures") }
    let step = try TrainingGraph(file.graph(verb: "bench --train"), TrainingGraph.Options(batch: batch))
    var session = try TrainingSession(step, threads: benchmark.threads, isa: (set ?? .best).isa)
    let loadNanoseconds = ep_now_ns() - start
    let (plan, threads) = (session.plan, benchmark.threads)
    var generator = SeededGenerator(seed: 1)
    let pictures = session.images.map { _ in Float(generator.next() >> 40) / 0x1p23 - 1 }
    let classes = (0..<batch).map { _ in Int(generator.next() % UInt64(step.classes)) }
    return try benchmark.measure(
      plan, model: model, threads: threads, loadNanoseconds: loadNanoseconds, isStopped: { Interruption.isRequested },
      prepare: {
        _ = session.images.update(fromContentsOf: pictures)
        session.targets.update(repeating: 0)
        for (row, wanted) in classes.enumerated() { session.targets[row * step.classes + wanted] = 1 }
      }, run: { _ = session.run(rate: 0.01) })
  }

  func run() throws {
    try reporting {
      guard seconds > 0, seconds <= 86_400, runs.map({ $0 > 0 }) ?? true else {
        throw Failure.usage("--seconds and --runs take positive numbers")
      }
      let address = try DeviceAddress(target)
      guard address == .local else { return try measure(on: address) }
      let set = try options.instructionSet()
      let counts = try ThreadsOption.list(threads)
      if compare { return try compare(threads: counts, set) }
      var results: [BenchmarkResult] = []
      for model in models {
        for count in counts {
          let benchmark = Benchmark(threads: count, seconds: seconds, runs: runs)
          let start = ep_now_ns()
          let file = try ModelFile.load(model)
          if train {
            results.append(try measureTraining(file, model, benchmark, set, start))
          } else {
            let plan = try file.plan(for: set)
            results.append(
              try benchmark.measure(
                plan, model: model, loadNanoseconds: ep_now_ns() - start, isStopped: { Interruption.isRequested }))
          }
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
