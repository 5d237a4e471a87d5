import AAPPolicy
import Compiler
import Devices
import Graph
import Measure
import NodeProtocol
import Runtime

/// A device that runs `edge-node serve`: a board by ssh, or a command.
///
/// It is connected to when it is first asked for something, and anew after it was gone; what it was then measuring is
/// measured again.
package struct RemoteTarget: MeasurementTarget {
  private let address: DeviceAddress
  private let threads: Int
  private let seconds: Double
  private let slow: Bool
  private let isStopped: @Sendable () -> Bool
  private var session: DeviceSession?
  package let circumstances: [CampaignSummary.Circumstance]
  package let instructionSet: InstructionSet

  /// Runs that show how much memory a network takes.
  private static let residentRuns = 3

  /// Connects once, so that a device that is not there, or cannot do what is asked, is known before hours are spent.
  ///
  /// - Parameters:
  ///   - threads: Of the networks that are measured.
  ///   - seconds: That a measurement takes at least.
  ///   - slow: Whether p99 matters.
  package init(
    _ address: DeviceAddress, threads: Int, seconds: Double, slow: Bool = false,
    isStopped: @escaping @Sendable () -> Bool
  ) throws {
    self.address = address
    self.threads = threads
    self.seconds = seconds
    self.slow = slow
    self.isStopped = isStopped
    let session = DeviceSession(try NodeConnection(address, isStopped: isStopped), threads: threads)
    self.session = session
    let information = session.connection.information
    instructionSet = information.instructionSet
    circumstances = [
      CampaignSummary.Circumstance("target", "\(address.text), \(threads) thread\(threads == 1 ? "" : "s")"),
      CampaignSummary.Circumstance("processor", information.machine),
      CampaignSummary.Circumstance("instruction set", information.instructionSet.name),
    ]
  }

  package mutating func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    let benchmark = MeasuringPlan.networks(seconds: seconds, slow: slow)
    let result = try connected { session in
      try session.measure(
        [candidate], beside: session.kept(baseline), benchmark, until: { PairedLatency($0).map(isEnough) ?? false })
    }
    guard let latency = PairedLatency(result) else {
      throw TargetError.unreachable(target: address.text, reason: "too few runs came back for an interval")
    }
    return latency
  }

  package mutating func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    try connected { session in
      let whole = try session.kept(baseline)
      return try MeasuringPlan.parts(of: layers).flatMap { part in
        let result = try session.measure(part.map(\.graph), beside: whole, MeasuringPlan.layers)
        return result.subjects.dropFirst().map(\.ratio.median)
      }
    }
  }

  /// Of a program of its own, that has never held another network.
  package mutating func residentBytes(_ network: Graph, key: String) throws -> Int {
    try RemoteTarget.translating {
      let alone = DeviceSession(try NodeConnection(address, isStopped: isStopped), threads: threads)
      let reply = try alone.connection.benchmark(
        alone.load(network), model: key, threads: threads, runs: RemoteTarget.residentRuns)
      return Int(clamping: reply.peakResidentBytes)
    }
  }

  /// Asks the device, connecting to it where it was gone. After a failure the connection is given up.
  private mutating func connected<Value>(_ ask: (DeviceSession) throws -> Value) throws -> Value {
    let (kept, address, threads, isStopped) = (session, address, threads, isStopped)
    session = nil
    let (value, used) = try RemoteTarget.translating {
      let used = try kept ?? DeviceSession(NodeConnection(address, isStopped: isStopped), threads: threads)
      return (try ask(used), used)
    }
    session = used
    return value
  }

  /// A device that is away may come back; one that refuses will not change its mind.
  private static func translating<Value>(_ ask: () throws -> Value) throws -> Value {
    do {
      return try ask()
    } catch DeviceError.unreachable(let address, let reason) {
      throw TargetError.unreachable(target: address, reason: reason)
    }
  }
}
