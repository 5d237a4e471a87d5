import Compiler
import Devices
import Graph
import Measure
import NodeProtocol

/// Networks on a device: compiled for it, sent there, forgotten when they are measured. The unpruned network stays.
final class DeviceSession {
  let connection: NodeConnection
  private let threads: Int
  private var baseline: (bytes: [UInt8], number: PlanNumber)?

  init(_ connection: NodeConnection, threads: Int) {
    self.connection = connection
    self.threads = threads
  }

  func load(_ network: Graph) throws -> PlanNumber { try connection.load(plan(network)) }

  /// Measures networks in alternation with a plan that is there, which is the first subject of the result.
  func measure(
    _ networks: [Graph], beside first: PlanNumber, _ benchmark: InterleavedBenchmark,
    until isEnough: (InterleavedResult) -> Bool = { _ in true }
  ) throws -> InterleavedResult {
    let others = try networks.map { try load($0) }
    let result = try connection.compare([first] + others, threads: threads, benchmark, until: isEnough)
    for number in others { try connection.forget(number) }
    return result
  }

  /// The unpruned network's plan, which stays until another takes its place.
  func kept(_ network: Graph) throws -> PlanNumber {
    let bytes = try plan(network)
    if let baseline, baseline.bytes == bytes { return baseline.number }
    if let baseline { try connection.forget(baseline.number) }
    baseline = nil
    let number = try connection.load(bytes)
    baseline = (bytes, number)
    return number
  }

  private func plan(_ network: Graph) throws -> [UInt8] {
    try Compiler.compile(network, Compiler.Options(isa: connection.information.instructionSet.isa)).bytes
  }
}
