import ArgumentParser
import Graph
import Measure
import Runtime

/// `profile`: where a model's time goes.
struct ProfileVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Shows where a model's time goes: every layer's time, kernel and speed.",
    discussion: """
      Times are medians over many runs. GFLOP/s count a multiply-accumulate as two operations, also where a kernel \
      (Winograd, taps in the padding) saves some of them; the peak is what the machine's matrix kernel does on numbers \
      in its first-level cache. --trace writes one typical run for ui.perfetto.dev or chrome://tracing.

      Examples:
        edge-run profile mobilenet.onnx
        edge-run profile resnet20.edge --threads 1 --top 10
        edge-run profile resnet20.onnx --trace resnet20.json
      """)

  @Argument(help: "The .onnx or .edge model.") var model: String
  @Option(help: "Seconds to measure for.") var seconds: Double = 2
  @Option(help: "Show only so many layers, the slowest first (default: all, in order).") var top: Int?
  @Option(help: "Write a trace of one run to this file.") var trace: String?
  @Flag(help: "Replace the trace if it exists.") var force = false
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      guard seconds > 0, seconds <= 86_400 else { throw Failure.usage("--seconds takes a positive number") }
      guard top.map({ $0 > 0 }) ?? true else { throw Failure.usage("--top takes a positive number") }
      let plan = try ModelFile.load(model).plan(for: common.instructionSet())
      let profile = try PlanProfile(
        plan, threads: common.threadCount(), seconds: seconds, isStopped: { Interruption.isRequested })
      guard !Interruption.isRequested else { throw Failure.interrupted("profile") }
      if let trace { try OutputFile.write(PerfettoTrace(profile).bytes(), to: trace, force: force) }
      if common.json { try JSONOutput.write(Summary(profile)) } else { print(profile) }
    }
  }

  /// The layers to show: all in order, or the slowest.
  private func shown(_ profile: PlanProfile) -> [PlanProfile.Layer] {
    guard let top else { return profile.layers }
    return Array(profile.layers.sorted { $0.microseconds > $1.microseconds }.prefix(top))
  }

  private func print(_ profile: PlanProfile) {
    var table = Table([
      ("layer", .left), ("operation", .left), ("kernel", .left), ("output", .right), ("MACs", .right),
      ("µs", .right), ("share", .right), ("GFLOP/s", .right), ("of peak", .right),
    ])
    for layer in shown(profile) {
      let macs = layer.summary.multiplyAccumulates
      table.add([
        layer.name, layer.op, layer.summary.kernel, Shape.text(layer.summary.shape),
        macs > 0 ? Format.count(macs) : "", Format.number(layer.microseconds, decimals: 1),
        Format.percent(layer.share), macs > 0 ? Format.number(layer.gigaflops, decimals: 1) : "",
        macs > 0 && profile.peakGigaflops > 0 ? Format.percent(layer.gigaflops / profile.peakGigaflops) : "",
      ])
    }
    for line in table.lines { Terminal.out(line) }
    Terminal.out(
      "\(Format.number(profile.total.p50, decimals: 3)) ms a run (median of \(profile.runs), "
        + "\(profile.threads) thread\(profile.threads == 1 ? "" : "s")), "
        + "\(Format.percent(profile.overheadShare)) of it outside the layers; "
        + "peak \(Format.number(profile.peakGigaflops, decimals: 1)) GFLOP/s")
    if let trace { Terminal.out("\(trace): one run, for ui.perfetto.dev") }
  }

  /// The JSON contract's fields, and the whole run's.
  private struct Summary: Encodable {
    struct Layer: Encodable {
      let name: String
      let op: String
      let kernel: String
      let shape: [Int]
      let macs: Int
      let p50Us: Double
      let share: Double
      let gflops: Double
    }

    let layers: [Layer]
    let runs: Int
    let threads: Int
    let p50Ms: Double
    let peakGflops: Double
    let overheadShare: Double

    init(_ profile: PlanProfile) {
      layers = profile.layers.map {
        Layer(
          name: $0.name, op: $0.op, kernel: $0.summary.kernel, shape: $0.summary.shape,
          macs: $0.summary.multiplyAccumulates, p50Us: $0.microseconds, share: $0.share, gflops: $0.gigaflops)
      }
      runs = profile.runs
      threads = profile.threads
      p50Ms = profile.total.p50
      peakGflops = profile.peakGigaflops
      overheadShare = profile.overheadShare
    }
  }
}
