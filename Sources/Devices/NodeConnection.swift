import Foundation
import Measure
import NodeProtocol

/// A connection to `edge-node serve` on a device: sends compiled plans there and has them measured.
///
/// Every call waits for its answer. A device that says nothing for a minute is gone; one that is gone throws
/// `DeviceError.unreachable`, after which a connection is of no more use. `CancellationError` comes where the caller
/// stopped.
///
///     let board = try NodeConnection(DeviceAddress("ssh://pi@board"))
///     let bytes = try Compiler.compile(network, .init(isa: board.information.instructionSet.isa)).bytes
///     let reply = try board.benchmark(board.load(bytes), model: "network", threads: 4, seconds: 2)
package final class NodeConnection {
  private let dialogue: NodeDialogue
  package let information: DeviceInformation

  /// Seconds without a word after which a device counts as gone.
  package static let patience = 60.0

  /// Starts the program that the address says and greets it.
  ///
  /// - Parameters:
  ///   - address: Of a device; not `local`, which needs no connection.
  ///   - patience: Seconds without a word after which it counts as gone.
  ///   - isStopped: Asked while waiting.
  package init(
    _ address: DeviceAddress, patience: Double = NodeConnection.patience,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws {
    guard let words = address.words else { throw DeviceError.address(address.text, wanted: "a device to connect to") }
    dialogue = NodeDialogue(
      process: try NodeProcess(words, address: address.text), address: address.text, patience: patience,
      isStopped: isStopped)
    let answer = try dialogue.ask(.hello, Greeting().payload, expecting: .welcome)
    guard let information = DeviceInformation(json: answer) else {
      throw DeviceError.refused(
        address: address.text,
        reason: "its edge-node runs other plans than this edge-run makes; copy the edge-node that belongs to it")
    }
    self.information = information
  }

  /// Sends a plan. The device holds at most 64.
  package func load(_ plan: [UInt8]) throws -> PlanNumber {
    let answer = try dialogue.ask(.load, plan, expecting: .loaded)
    return try dialogue.translating { () throws(MessageError) in try PlanNumber(payload: answer) }
  }

  /// Lets the device forget a plan.
  package func forget(_ plan: PlanNumber) throws {
    _ = try dialogue.ask(.forget, plan.payload, expecting: .forgotten)
  }

  /// Measures one plan alone.
  ///
  /// - Parameters:
  ///   - model: What results call it.
  ///   - seconds: How long to measure for, where `runs` is nil.
  ///   - loadNanoseconds: How long it took to get the model ready, for the result.
  package func benchmark(
    _ plan: PlanNumber, model: String, threads: Int, seconds: Double = 2, runs: Int? = nil,
    loadNanoseconds: UInt64 = 0
  ) throws -> BenchmarkReply {
    let request = BenchmarkRequest(
      plan: plan, model: model, threads: threads, seconds: seconds, runs: runs, loadNanoseconds: loadNanoseconds)
    let answer = try dialogue.ask(.benchmark, request.payload, expecting: .benchmarked)
    return try dialogue.translating { () throws(MessageError) in try BenchmarkReply(payload: answer) }
  }

  /// Compares plans in alternation, as `InterleavedBenchmark` does here. The first is the baseline.
  ///
  /// - Parameter isEnough: Asked here about what there is so far.
  package func compare(
    _ plans: [PlanNumber], threads: Int, _ benchmark: InterleavedBenchmark,
    until isEnough: (InterleavedResult) -> Bool = { _ in true }
  ) throws -> InterleavedResult {
    let request = ComparisonRequest(plans: plans, threads: threads, benchmark: benchmark)
    try dialogue.send(.compare, request.payload)
    while true {
      let (kind, payload) = try dialogue.receive()
      guard kind == .soFar || kind == .compared else { throw dialogue.unexpected(kind) }
      let result = try dialogue.translating { () throws(MessageError) in
        try InterleavedResult(payload: payload, confidence: benchmark.confidence)
      }
      if kind == .compared { return result }
      try dialogue.send(isEnough(result) ? .enough : .goOn)
    }
  }
}
