import AllocationCounter
import CKernels
import Compiler
import Foundation
import Graph
import Runtime
import Testing

@Suite struct PlanFileTests {
  private static func compiled(_ graph: Graph) throws -> [UInt8] { try Compiler.compile(graph).bytes }

  private static func fill(_ session: borrowing Session) {
    let view = session.input(0)
    for index in 0..<view.elementCount { view.pointer(as: Float.self)[index] = Float(index % 17) / 8 - 1 }
  }

  @Test func aFileIsMappedAndRuns() throws {
    var graph = TestNetworks.residual()
    graph.metadata = ["labels": "a\nb", "preprocessing": "crop = 16x20"]
    let bytes = try PlanFileTests.compiled(graph)
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID().uuidString).edge")
    try Data(bytes).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let plan = try Plan(path: path.path)
    #expect(plan.metadata("labels") == "a\nb")
    #expect(plan.metadata("preprocessing") == "crop = 16x20")
    #expect(plan.metadata("nothing") == nil)
    #expect(plan.inputName(0) == "x" && plan.inputCount == 1 && plan.outputCount == 1)
    var session = try Session(plan)
    PlanFileTests.fill(session)
    session.run()
    #expect(session.output(0).pointer(as: Float.self)[0].isFinite)
  }

  @Test func compilingTwiceGivesTheSameBytes() throws {
    for (_, graph, _) in TestNetworks.all {
      #expect(try PlanFileTests.compiled(graph) == PlanFileTests.compiled(graph))
    }
  }

  @Test(
    .enabled(if: AllocationCounter.isAvailable, "allocations are not counted under a sanitizer"), arguments: [1, 2])
  func nothingIsAllocatedAfterTheFirstRun(threads: Int) throws {
    for (name, graph, _) in TestNetworks.all {
      let plan = try Plan(copying: PlanFileTests.compiled(graph))
      let allocations = try AllocationCounter.measuring { (counter) throws -> Int in
        var session = try Session(plan, threads: threads)
        PlanFileTests.fill(session)
        session.run()
        return counter.count { for _ in 0..<10 { session.run() } }
      }
      #expect(allocations == 0, "\(name)")
    }
  }

  @Test func sessionsInSeveralThreadsShareAPlan() async throws {
    let plan = try Plan(copying: PlanFileTests.compiled(TestNetworks.invertedResidual()))
    let results = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var session = try Session(plan)
          var last: [Float] = []
          for _ in 0..<20 {
            PlanFileTests.fill(session)
            session.run()
            let output = session.output(0)
            last = (0..<output.elementCount).map { output.pointer(as: Float.self)[$0] }
          }
          return last
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count == 4 && results.allSatisfy { $0 == results[0] })
  }

  @Test func truncationIsNoticed() throws {
    let bytes = try PlanFileTests.compiled(TestNetworks.oddWidths())
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 300)) {
      #expect(throws: PlanError.self) { try Plan(copying: Array(bytes[..<length])) }
    }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let bytes = try PlanFileTests.compiled(TestNetworks.oddWidths())
    var random = SplitMix(state: 11)
    for _ in 0..<2000 {
      var damaged = bytes
      let bit = Int(random.next() % UInt64(bytes.count * 8))
      // Bytes between sections are padding and belong to the checked part all the same.
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: PlanError.self) { try Plan(copying: damaged) }
    }
  }

  /// Hostile files have right checksums: whatever is accepted must still run within its memory.
  @Test func filesWithRightChecksumsNeverCrash() throws {
    var random = SplitMix(state: 12)
    var accepted = 0
    for (_, graph, _) in TestNetworks.all {
      let bytes = try PlanFileTests.compiled(graph)
      let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: PlanHeader.self) }
      for _ in 0..<600 {
        var damaged = bytes
        for _ in 0...(random.next() % 3) {
          let position = Int(random.next() % header.weights.offset)
          damaged[position] = UInt8(truncatingIfNeeded: random.next() >> (random.next() % 8))
        }
        damaged.withUnsafeMutableBytes { file in
          var header = file.loadUnaligned(as: PlanHeader.self)
          guard header.weights.offset >= 256, header.weights.offset <= file.count else { return }
          header.planChecksum = planChecksum(UnsafeRawBufferPointer(file), header)
          file.storeBytes(of: header, as: PlanHeader.self)
        }
        guard let plan = try? Plan(copying: damaged), plan.header.arenaBytes < 1 << 28,
          plan.header.scratchBytes < 1 << 24
        else { continue }
        var session = try Session(plan, threads: 1)
        session.run()
        accepted += 1
      }
    }
    // Some changes are harmless, such as another bound of an activation: the test must reach the instructions.
    #expect(accepted > 20)
  }

  @Test func xxHashHasItsPublishedValues() {
    func hash(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBytes { xxh64($0) } }
    #expect(hash("") == 0xEF46_DB37_51D8_E999)
    #expect(hash("a") == 0xD24E_C4F1_A98C_6E5B)
    #expect(hash("abc") == 0x44BC_2CF5_AD77_0999)
    #expect(hash("Nobody inspects the spammish repetition") == 0xFBCE_A83C_8A37_8BF1)
  }
}

/// A sequence of numbers that is the same everywhere.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
