import CPlatform
import Devices
import Foundation
import Measure
import NodeProtocol
import Runtime

extension BenchVerb {
  /// Compiles models here and measures them on a device.
  func measure(on address: DeviceAddress) throws {
    guard !train else { throw Failure.usage("--train measures on this machine only, not on \(address.text)") }
    let device = try NodeConnection(address, isStopped: { Interruption.isRequested })
    let set = try InstructionSet.named(options.isa, option: "--isa")
    let counts = try threads.map { try ThreadsOption.list($0) } ?? [device.information.bigCores]
    if compare { return try compare(on: device, threads: counts, set) }
    if !options.json { Terminal.out(BenchmarkResult.tableHeading) }
    var results: [String] = []
    for model in models {
      let start = ep_now_ns()
      let plan = try device.load(BenchVerb.bytes(model, for: set, on: device))
      let loaded = ep_now_ns() - start
      for count in counts {
        let reply = try device.benchmark(
          plan, model: model, threads: count, seconds: seconds, runs: runs, loadNanoseconds: loaded)
        results.append(reply.json)
        if !options.json { Terminal.out(reply.tableRow) }
      }
      try device.forget(plan)
    }
    if options.json { Terminal.out("[\(results.joined(separator: ", "))]") }
  }

  /// A model's plan for the device, for its best instruction set if none is given; one that is compiled already goes there
  /// as it is.
  static func bytes(_ model: String, for set: InstructionSet?, on device: NodeConnection) throws -> [UInt8] {
    guard try ModelFile.isPlan(model) else {
      return try ModelFile.load(model).planBytes(for: set ?? device.information.instructionSet)
    }
    guard let data = FileManager.default.contents(atPath: model) else {
      throw Failure.missing("\(model): cannot be read")
    }
    let bytes = Array(data)
    if set != nil { try ModelFile.check(model, compiledFor: PlanSummary(bytes: bytes).isa, wanted: set) }
    return bytes
  }
}
