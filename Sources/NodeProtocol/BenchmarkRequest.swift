/// Asks for one plan's latency (`benchmark`).
package struct BenchmarkRequest: Equatable, Sendable {
  package let plan: PlanNumber
  /// What results call the model.
  package let model: String
  package let threads: Int
  package let seconds: Double
  /// Exactly so many runs, where not nil.
  package let runs: Int?
  /// How long the computer took to get the model ready.
  package let loadNanoseconds: UInt64

  package init(
    plan: PlanNumber, model: String, threads: Int, seconds: Double, runs: Int?, loadNanoseconds: UInt64
  ) {
    self.plan = plan
    self.model = model
    self.threads = threads
    self.seconds = seconds
    self.runs = runs
    self.loadNanoseconds = loadNanoseconds
  }

  package init(payload: [UInt8]) throws(MessageError) {
    var reader = PayloadReader(payload)
    plan = PlanNumber(try reader.uint32())
    threads = Int(try reader.uint32())
    seconds = try reader.double()
    let runs = try reader.uint32()
    self.runs = runs > 0 ? Int(runs) : nil
    loadNanoseconds = try reader.uint64()
    model = try reader.text()
    try reader.end()
    guard seconds.isFinite else { throw .malformed(reason: "a measurement of \(seconds) seconds") }
  }

  package var payload: [UInt8] {
    var writer = PayloadWriter()
    writer.add(plan.value)
    writer.add(UInt32(clamping: threads))
    writer.add(seconds)
    writer.add(UInt32(clamping: runs ?? 0))
    writer.add(loadNanoseconds)
    writer.add(model)
    return writer.bytes
  }
}
