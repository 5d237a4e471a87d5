import Measure
import NodeProtocol
import TestSupport
import Testing

/// What travels between computer and board, there and back again.
@Suite struct PayloadTests {
  @Test func valuesComeBack() throws {
    var writer = PayloadWriter()
    writer.add(UInt32.max)
    writer.add(UInt64(1) << 63)
    writer.add(-0.0)
    writer.add([1.5, .infinity, -3])
    writer.add("Grüße")
    var reader = PayloadReader(writer.bytes)
    #expect(try reader.uint32() == .max)
    #expect(try reader.uint64() == 1 << 63)
    #expect(try reader.double().sign == .minus)
    #expect(try reader.doubles() == [1.5, .infinity, -3])
    #expect(try reader.text() == "Grüße")
    try reader.end()
  }

  @Test func numbersAreLittleEndian() {
    var writer = PayloadWriter()
    writer.add(UInt32(0x0102_0304))
    #expect(writer.bytes == [4, 3, 2, 1])
  }

  @Test func countsBeyondTheEndAreRefused() {
    var writer = PayloadWriter()
    writer.add(UInt64.max)
    writer.add(1.0)
    var reader = PayloadReader(writer.bytes)
    #expect(throws: MessageError.self) { try reader.doubles() }
    reader = PayloadReader(writer.bytes)
    #expect(throws: MessageError.self) { try reader.text() }
  }

  @Test func requestsComeBack() throws {
    let request = BenchmarkRequest(
      plan: PlanNumber(7), model: "résumé", threads: 3, seconds: 0.25, runs: nil, loadNanoseconds: 9)
    #expect(try BenchmarkRequest(payload: request.payload) == request)
    let reply = BenchmarkReply(json: "{}", tableRow: "row", peakResidentBytes: 1 << 40)
    #expect(try BenchmarkReply(payload: reply.payload) == reply)
    let comparison = ComparisonRequest(
      plans: [PlanNumber(1), PlanNumber(9)], threads: 2,
      benchmark: InterleavedBenchmark(
        passes: 30...200, seconds: 0...1, confidence: 0.9, settlingRuns: 3, seed: .max))
    let back = try ComparisonRequest(payload: comparison.payload)
    #expect(back.plans == comparison.plans && back.threads == 2)
    #expect(back.benchmark.passes == 30...200 && back.benchmark.seconds == 0...1)
    #expect(back.benchmark.confidence == 0.9 && back.benchmark.settlingRuns == 3 && back.benchmark.seed == .max)
  }

  /// Timings of two plans in eight passes.
  private static let result = InterleavedResult(
    timings: [
      RawTimings(milliseconds: [4, 5, 6, 4, 5, 6, 4, 5], repeats: 1, firstRunNanoseconds: 9_000_000),
      RawTimings(milliseconds: [2, 2, 3, 2, 2, 3, 2, 2], repeats: 40, firstRunNanoseconds: 1),
    ], calibration: [1, 1, 1, 1, 1, 1, 1, 1], warmUpPasses: 16, isWarmUpUnfinished: true, confidence: 0.95,
    ending: .limit)

  @Test func timingsComeBackWithTheSameStatistics() throws {
    let result = try #require(PayloadTests.result)
    let back = try InterleavedResult(payload: result.payload, confidence: 0.95)
    #expect(back.subjects.map(\.p50) == result.subjects.map(\.p50))
    #expect(back.subjects.map(\.ratio) == result.subjects.map(\.ratio))
    #expect(back.subjects.map(\.repeats) == [1, 40] && back.subjects[0].firstRunNanoseconds == 9_000_000)
    #expect(back.quality == result.quality && back.ending == .limit && back.warmUpPasses == 16)
    #expect(back.quality.findings.contains(.warmUpUnfinished(passes: 16)))
  }

  /// Damaged payloads are errors, whatever they say; nothing crashes or asks for much memory.
  @Test func damagedPayloadsAreRefusedOrRead() throws {
    let result = try #require(PayloadTests.result)
    let comparison = ComparisonRequest(plans: [PlanNumber(1)], threads: 1, benchmark: InterleavedBenchmark())
    let request = BenchmarkRequest(
      plan: PlanNumber(1), model: "m", threads: 1, seconds: 1, runs: 5, loadNanoseconds: 0)
    var random = SeededRandom(seed: 3)
    for _ in 0..<3000 {
      for whole in [result.payload, comparison.payload, request.payload] {
        var bytes = whole
        for _ in 0..<random.pick(1...4) { bytes[random.below(bytes.count)] = random.byte() }
        if random.below(3) == 0 { bytes.removeLast(random.below(bytes.count)) }
        _ = try? InterleavedResult(payload: bytes, confidence: 0.95)
        _ = try? ComparisonRequest(payload: bytes)
        _ = try? BenchmarkRequest(payload: bytes)
        _ = try? BenchmarkReply(payload: bytes)
        _ = try? PlanNumber(payload: bytes)
        _ = try? Greeting(payload: bytes)
      }
    }
    for length in 0..<result.payload.count {
      #expect(throws: MessageError.self) {
        try InterleavedResult(payload: Array(result.payload.prefix(length)), confidence: 0.95)
      }
    }
  }

  @Test func timesThatAreNoneAreRefused() {
    for time in [Double.nan, .infinity, -1] {
      var writer = PayloadWriter()
      writer.add(UInt32(1))
      writer.add(UInt64(0))
      writer.add(UInt32(0))
      writer.add([1.0])
      writer.add(UInt32(1))
      writer.add(UInt32(1))
      writer.add(UInt64(1))
      writer.add([time])
      #expect(throws: MessageError.self) { try InterleavedResult(payload: writer.bytes, confidence: 0.95) }
    }
  }
}
