import Foundation
import Measure

/// One run of a plan as a trace: JSON of the Trace Event Format, which ui.perfetto.dev and chrome://tracing open.
struct PerfettoTrace: Encodable {
  /// A complete event: begin and length in microseconds.
  struct Event: Encodable {
    let name: String
    let cat: String
    let ph = "X"
    let ts: Double
    let dur: Double
    let pid = 1
    let tid = 1
    let args: Arguments
  }

  struct Arguments: Encodable {
    let kernel: String
    let shape: [Int]
    let macs: Int
    let gflops: Double
  }

  let displayTimeUnit = "ns"
  let traceEvents: [Event]

  /// The profile's typical run, instruction after instruction.
  init(_ profile: PlanProfile) {
    var start = 0.0
    var events: [Event] = []
    for (layer, nanoseconds) in zip(profile.layers, profile.typicalRun) {
      let duration = Double(nanoseconds) / 1e3
      events.append(
        Event(
          name: layer.name.isEmpty ? layer.op : layer.name, cat: layer.op, ts: start, dur: duration,
          args: Arguments(
            kernel: layer.summary.kernel, shape: layer.summary.shape, macs: layer.summary.multiplyAccumulates,
            gflops: layer.gigaflops(in: duration))))
      start += duration
    }
    traceEvents = events
  }

  /// The file's bytes.
  func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }
}
