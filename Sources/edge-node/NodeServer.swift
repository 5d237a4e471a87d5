import CPlatform
import Measure
import NodeProtocol
import Runtime

/// The board's side of a connection: holds plans and answers questions about them, one at a time.
struct NodeServer {
  private let channel: MessageChannel
  private var plans: [UInt32: Plan] = [:]
  private var lastNumber: UInt32 = 0

  /// No more plans are held at a time.
  private static let maximumPlans = Int(ComparisonRequest.maximumPlans)

  /// Why a question has no answer; the connection goes on.
  private struct Refusal: Error {
    let reason: String
  }

  init(_ channel: MessageChannel) { self.channel = channel }

  /// Answers until the computer leaves, which ends with `MessageError.ended`.
  mutating func serve() throws(MessageError) {
    while true { try answer(try channel.header()) }
  }

  private mutating func answer(_ header: MessageHeader) throws(MessageError) {
    switch header.kind {
    case .hello:
      let greeting = try Greeting(payload: try channel.payload(header.byteCount))
      guard greeting.version == MessageHeader.protocolVersion else {
        return try refuse(
          "this edge-node speaks version \(MessageHeader.protocolVersion) of the protocol, the computer version "
            + "\(greeting.version): copy the edge-node that belongs to your edge-run")
      }
      try channel.send(.welcome, Array(InfoVerb.json.text.utf8))
    case .load: try load(byteCount: header.byteCount)
    case .forget:
      plans[try PlanNumber(payload: try channel.payload(header.byteCount)).value] = nil
      try channel.send(.forgotten)
    case .benchmark: try benchmark(try BenchmarkRequest(payload: try channel.payload(header.byteCount)))
    case .compare: try compare(try ComparisonRequest(payload: try channel.payload(header.byteCount)))
    case .goOn, .enough:
      // What came too late to be an answer.
      try channel.skip(header.byteCount)
    case .welcome, .loaded, .forgotten, .benchmarked, .soFar, .compared, .alive, .refused:
      try channel.skip(header.byteCount)
      try refuse("message \(header.kind.rawValue) is an answer, not a question")
    }
  }

  private func refuse(_ reason: String) throws(MessageError) { try channel.send(.refused, Array(reason.utf8)) }

  // MARK: Plans

  private mutating func load(byteCount: Int) throws(MessageError) {
    guard plans.count < NodeServer.maximumPlans else {
      try channel.skip(byteCount)
      return try refuse("\(plans.count) plans are loaded already")
    }
    guard let bytes = ep_allocate(max(byteCount, 1)) else {
      try channel.skip(byteCount)
      return try refuse("there is no memory for a plan of \(byteCount) bytes")
    }
    do throws(MessageError) {
      try channel.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: byteCount))
    } catch {
      ep_free(bytes)
      throw error
    }
    do throws(PlanError) {
      // From here on the memory is the plan's, also where it is refused.
      let plan = try Plan(adopting: bytes, count: byteCount)
      lastNumber &+= 1
      plans[lastNumber] = plan
    } catch {
      return try refuse(error.message)
    }
    try channel.send(.loaded, PlanNumber(lastNumber).payload)
  }

  private func plan(_ number: PlanNumber) throws(Refusal) -> Plan {
    guard let plan = plans[number.value] else { throw Refusal(reason: "there is no plan \(number.value)") }
    return plan
  }

  private func threads(_ count: Int) throws(Refusal) -> Int {
    guard CommonOptions.threadRange.contains(count) else {
      throw Refusal(reason: "\(count) threads: 1 to \(CommonOptions.threadRange.upperBound) are possible")
    }
    return count
  }

  // MARK: Measuring

  private func benchmark(_ request: BenchmarkRequest) throws(MessageError) {
    let outcome = Result { () throws(Refusal) in try measure(request) }
    // What was cut short is no answer.
    if ep_interrupted() { throw .stopped }
    switch outcome {
    case .success(let result):
      let reply = BenchmarkReply(
        json: result.json.text, tableRow: result.tableRow, peakResidentBytes: ep_peak_resident_bytes())
      try channel.send(.benchmarked, reply.payload)
    case .failure(let refusal): try refuse(refusal.reason)
    }
  }

  private func measure(_ request: BenchmarkRequest) throws(Refusal) -> BenchmarkResult {
    let benchmark = Benchmark(threads: try threads(request.threads), seconds: request.seconds, runs: request.runs)
    let plan = try plan(request.plan)
    var life = SignOfLife(channel)
    do throws(PlanError) {
      return try benchmark.measure(
        plan, model: request.model, loadNanoseconds: request.loadNanoseconds, isStopped: { life.isLost() })
    } catch {
      throw Refusal(reason: error.message)
    }
  }

  private func compare(_ request: ComparisonRequest) throws(MessageError) {
    var failure: MessageError?
    let outcome = Result { () throws(Refusal) in
      try measure(request) { result in
        // Where the connection fails there is nobody to measure for.
        do throws(MessageError) {
          try channel.send(.soFar, result.payload)
          return try isEnough()
        } catch {
          failure = error
          return true
        }
      }
    }
    if let failure { throw failure }
    if ep_interrupted() { throw .stopped }
    switch outcome {
    case .success(let result): try channel.send(.compared, result.payload)
    case .failure(let refusal): try refuse(refusal.reason)
    }
  }

  /// The computer's answer to `soFar`.
  private func isEnough() throws(MessageError) -> Bool {
    let answer = try channel.header()
    try channel.skip(answer.byteCount)
    switch answer.kind {
    case .goOn: return false
    case .enough: return true
    case .hello, .load, .forget, .benchmark, .compare, .welcome, .loaded, .forgotten, .benchmarked, .soFar, .compared,
      .alive, .refused:
      throw .malformed(reason: "message \(answer.kind.rawValue) where it should say whether to go on")
    }
  }

  private func measure(
    _ request: ComparisonRequest, until isEnough: (InterleavedResult) -> Bool
  ) throws(Refusal) -> InterleavedResult {
    let threads = try threads(request.threads)
    var compared: [Plan] = []
    for number in request.plans { compared.append(try plan(number)) }
    var life = SignOfLife(channel)
    let result: InterleavedResult?
    do throws(PlanError) {
      result = try request.benchmark.measure(
        compared, threads: threads, until: isEnough, isStopped: { life.isLost() })
    } catch {
      throw Refusal(reason: error.message)
    }
    guard let result else { throw Refusal(reason: "measuring was stopped before there was a timing") }
    return result
  }
}
