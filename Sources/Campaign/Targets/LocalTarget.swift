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
  private let slow: Bool
  /// The program that is started to see how much memory a network takes: `edge-run` itself.
  private let program: String?
  private let isStopped: @Sendable () -> Bool

  /// - Parameters:
  ///   - threads: Of the networks that are measured.
  ///   - seconds: That a measurement takes at least.
  ///   - slow: Whether p99 matters.
  ///   - program: Path of `edge-run`.
  package init(
    threads: Int, seconds: Double, slow: Bool = false, program: String?, isStopped: @escaping @Sendable () -> Bool
  ) {
    self.threads = threads
    self.seconds = seconds
    self.slow = slow
    self.program = program
    self.isStopped = isStopped
  }

  package var circumstances: [CampaignSummary.Circumstance] {
    [
      CampaignSummary.Circumstance("target", "this machine, \(threads) thread\(threads == 1 ? "" : "s")"),
      CampaignSummary.Circumstance("processor", MachineName.current),
      CampaignSummary.Circumstance("instruction set", instructionSet.name),
    ]
  }

  package var instructionSet: InstructionSet { .best }

  package func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    let plans = [try plan(baseline), try plan(candidate)]
    let result = try MeasuringPlan.networks(seconds: seconds, slow: slow).measure(
      plans, threads: threads, until: { PairedLatency($0).map(isEnough) ?? false }, isStopped: isStopped)
    guard let result, result.ending != .stopped, let latency = PairedLatency(result) else { throw CancellationError() }
    return latency
  }

  package func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    var result: [Double] = []
    let whole = try plan(baseline)
    for part in MeasuringPlan.parts(of: layers) {
      let plans = try part.map { try plan($0.graph) }
      guard let timings = try MeasuringPlan.layers.measure([whole] + plans, threads: threads, isStopped: isStopped),
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
    do {
      try process.run()
    } catch {
      throw TargetError.unsuitable(
        reason: "\(program): cannot be started to measure memory: \(error.localizedDescription)")
    }
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
