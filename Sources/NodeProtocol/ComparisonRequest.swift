import Measure

/// Asks for several plans' latencies, measured in alternation (`compare`).
package struct ComparisonRequest: Sendable {
  /// The first is the baseline. A plan may come twice.
  package let plans: [PlanNumber]
  package let threads: Int
  package let benchmark: InterleavedBenchmark

  /// No comparison has more.
  package static let maximumPlans: UInt32 = 64

  package init(plans: [PlanNumber], threads: Int, benchmark: InterleavedBenchmark) {
    self.plans = plans
    self.threads = threads
    self.benchmark = benchmark
  }

  package init(payload: [UInt8]) throws(MessageError) {
    var reader = PayloadReader(payload)
    threads = Int(try reader.uint32())
    let (fewest, most) = (Int(try reader.uint32()), Int(try reader.uint32()))
    let (shortest, longest) = (try reader.double(), try reader.double())
    let (confidence, settlingRuns, seed) = (try reader.double(), Int(try reader.uint32()), try reader.uint64())
    guard fewest <= most, shortest <= longest, confidence > 0, confidence < 1 else {
      throw .malformed(reason: "a comparison of \(fewest) to \(most) passes in \(shortest) to \(longest) seconds")
    }
    benchmark = InterleavedBenchmark(
      passes: fewest...most, seconds: shortest...longest, confidence: confidence, settlingRuns: settlingRuns,
      seed: seed)
    let count = try reader.uint32()
    guard (1...ComparisonRequest.maximumPlans).contains(count) else {
      throw .malformed(reason: "a comparison of \(count) plans; at most \(ComparisonRequest.maximumPlans) are compared")
    }
    var plans: [PlanNumber] = []
    for _ in 0..<count { plans.append(PlanNumber(try reader.uint32())) }
    self.plans = plans
    try reader.end()
  }

  package var payload: [UInt8] {
    var writer = PayloadWriter()
    writer.add(UInt32(clamping: threads))
    writer.add(UInt32(clamping: benchmark.passes.lowerBound))
    writer.add(UInt32(clamping: benchmark.passes.upperBound))
    writer.add(benchmark.seconds.lowerBound)
    writer.add(benchmark.seconds.upperBound)
    writer.add(benchmark.confidence)
    writer.add(UInt32(clamping: benchmark.settlingRuns))
    writer.add(benchmark.seed)
    writer.add(UInt32(clamping: plans.count))
    for plan in plans { writer.add(plan.value) }
    return writer.bytes
  }
}
