import CPlatform
import Runtime

/// Where a plan's time goes: every instruction's median over many runs.
package struct PlanProfile: Sendable {
  /// One instruction. Several may belong to one node of the network.
  package struct Layer: Sendable {
    /// The node's name.
    package let name: String
    package let op: String
    package let summary: InstructionSummary
    /// Median.
    package let microseconds: Double
    /// Of the sum of all medians.
    package let share: Double

    /// Float32 operations a second in units of 10^9, a multiply-accumulate counted as two.
    package var gigaflops: Double { gigaflops(in: microseconds) }

    /// The same of a run that took so many microseconds.
    package func gigaflops(in microseconds: Double) -> Double {
      microseconds > 0 ? 2 * Double(summary.multiplyAccumulates) / microseconds / 1e3 : 0
    }
  }

  package let layers: [Layer]
  package let runs: Int
  package let threads: Int
  /// Of whole runs, timed from outside.
  package let total: LatencyStatistics
  /// Of all workers together, in units of 10^9 operations a second.
  package let peakGigaflops: Double
  /// The run whose time is the median: nanoseconds of each layer, in order.
  package let typicalRun: [UInt64]

  /// Time outside of instructions, as a share of whole runs.
  package var overheadShare: Double {
    let inside = layers.reduce(0) { $0 + $1.microseconds } / 1e3
    return total.p50 > 0 ? max(0, 1 - inside / total.p50) : 0
  }
}

extension PlanProfile {
  /// At most so many timings are kept in all.
  private static let mostTimings = 4 << 20
  private static let fewestRuns = 5
  private static let warmUpShare = 0.2

  /// Runs the plan again and again on the same made-up input.
  ///
  /// Reading the clock twice an instruction costs some 50 nanoseconds, which the medians include.
  ///
  /// - Parameters:
  ///   - seconds: How long, warming up not counted; at most a day.
  ///   - isStopped: Asked after every run; true ends measuring early, with what there is.
  package init(
    _ plan: Plan, threads: Int, seconds: Double, isStopped: () -> Bool = { false }
  ) throws(PlanError) {
    var session = try Session(plan, threads: threads)
    let inputs = (0..<plan.inputCount).map { BenchmarkInput(session.input($0), seed: UInt64($0)) }
    var instructions: [InstructionStream.Element] = []
    for element in plan.instructions { instructions.append(element) }
    let seconds = min(max(seconds, 0), 86_400)
    let mostRuns = max(PlanProfile.fewestRuns, PlanProfile.mostTimings / max(instructions.count, 1))
    var timings = [UInt64](repeating: 0, count: instructions.count)
    func run() -> UInt64 {
      // Activations may lie where an input was.
      for index in inputs.indices { inputs[index].write(to: session.input(index)) }
      let start = ep_now_ns()
      session.run { position, _, nanoseconds in timings[position] = nanoseconds }
      return ep_now_ns() - start
    }
    let warm = ep_now_ns() + UInt64(seconds * PlanProfile.warmUpShare * 1e9)
    repeat { _ = run() } while ep_now_ns() < warm && !isStopped()
    var series = instructions.map { _ in [UInt64]() }
    var totals: [UInt64] = []
    let end = ep_now_ns() + UInt64(seconds * 1e9)
    while totals.count < mostRuns {
      totals.append(run())
      for (index, nanoseconds) in timings.enumerated() { series[index].append(nanoseconds) }
      if isStopped() || (totals.count >= PlanProfile.fewestRuns && ep_now_ns() >= end) { break }
    }
    guard let total = LatencyStatistics(nanoseconds: totals) else {
      throw .unsupported(reason: "no run was measured")
    }
    let medians = series.map { LatencyStatistics(nanoseconds: $0)?.p50 ?? 0 }
    let sum = medians.reduce(0, +)
    var layers: [Layer] = []
    for (element, median) in zip(instructions, medians) {
      layers.append(
        Layer(
          name: plan.string(element.node), op: element.opcode.name, summary: session.summary(of: element),
          microseconds: median * 1e3, share: sum > 0 ? median / sum : 0))
    }
    let typical = totals.indices.sorted { (totals[$0], $0) < (totals[$1], $1) }[totals.count / 2]
    self.layers = layers
    runs = totals.count
    self.threads = session.threads
    self.total = total
    peakGigaflops = PeakRate.measure(plan.kernels) / 1e9 * Double(session.threads)
    typicalRun = series.map { $0[typical] }
  }
}
