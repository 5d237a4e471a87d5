import AAPPolicy
import Compiler
import Foundation
import Graph
import Measure
import Runtime

/// This machine.
package struct LocalTarget: MeasurementTarget {
  private let threads: Int
  private let seconds: Double
  /// The program that is started to see how much memory a network takes: `edge-run` itself.
  private let program: String?
  private let isStopped: @Sendable () -> Bool

  /// How much longer a measurement may take that straddles a bound.
  private static let patience = 8.0
  /// Layers that are timed together: few enough for the caches to be as in a network.
  private static let layersAtOnce = 8

  /// - Parameters:
  ///   - threads: Of the networks that are measured.
  ///   - seconds: That a measurement takes at least.
  ///   - program: Path of `edge-run`.
  package init(threads: Int, seconds: Double, program: String?, isStopped: @escaping @Sendable () -> Bool) {
    self.threads = threads
    self.seconds = seconds
    self.program = program
    self.isStopped = isStopped
  }

  package var circumstances: [CampaignSummary.Circumstance] {
    [
      CampaignSummary.Circumstance("target", "this machine, \(threads) thread\(threads == 1 ? "" : "s")"),
      CampaignSummary.Circumstance("processor", LocalTarget.processor),
      CampaignSummary.Circumstance("instruction set", InstructionSet.best.name),
    ]
  }

  private static var processor: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let name = lines.first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }?.split(separator: ":").last
    return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  package func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    let plans = [try plan(baseline), try plan(candidate)]
    let benchmark = InterleavedBenchmark(seconds: seconds...(LocalTarget.patience * seconds))
    let result = try benchmark.measure(
      plans, threads: threads, until: { PairedLatency($0).map(isEnough) ?? false }, isStopped: isStopped)
    guard let result, result.ending != .stopped, let latency = PairedLatency(result) else { throw CancellationError() }
    return latency
  }

  package func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    var result: [Double] = []
    let benchmark = InterleavedBenchmark(passes: 30...200, seconds: 0...1)
    let whole = try plan(baseline)
    for begin in stride(from: 0, to: layers.count, by: LocalTarget.layersAtOnce) {
      let plans = try layers[begin..<min(begin + LocalTarget.layersAtOnce, layers.count)].map { try plan($0.graph) }
      guard let timings = try benchmark.measure([whole] + plans, threads: threads, isStopped: isStopped),
        timings.ending != .stopped
      else { throw CancellationError() }
      result += timings.subjects.dropFirst().map(\.ratio.median)
    }
    return result
  }

  package func residentBytes(_ network: Graph, key: String) throws -> Int {
    guard let program else {
      throw TargetError.unsuitable(reason: "resident memory is measured by the program edge-run only")
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).edge")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(Compiler.compile(network).bytes).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["bench", file.path, "--threads", "\(threads)", "--runs", "3", "--json", "--quiet"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    struct Line: Decodable {
      let peak_rss_bytes: Int
    }
    guard process.terminationStatus == 0, let lines = try? JSONDecoder().decode([Line].self, from: output),
      let line = lines.first
    else {
      throw TargetError.unreachable(target: "local", reason: "the program that shows its memory did not run")
    }
    return line.peak_rss_bytes
  }

  private func plan(_ graph: Graph) throws -> Plan { try Plan(copying: Compiler.compile(graph).bytes) }
}

extension PairedLatency {
  /// Nil where there are too few passes for intervals.
  fileprivate init?(_ result: InterleavedResult) {
    guard result.subjects.count == 2, result.subjects.allSatisfy({ $0.p50.isKnown }) else { return nil }
    let (baseline, candidate) = (result.subjects[0], result.subjects[1])
    func value(_ interval: MedianInterval) -> MeasuredValue {
      MeasuredValue(interval.median, lower: interval.lower, upper: interval.upper)
    }
    self.init(
      median: value(candidate.p50),
      p99: MeasuredValue(candidate.p99.value, lower: candidate.p99.lower, upper: candidate.p99.upper),
      baselineMedian: value(baseline.p50), ratio: value(candidate.ratio),
      findings:
        result.quality.findings.map { $0.message(naming: ["the unpruned network", "the pruned network"]) })
  }
}
