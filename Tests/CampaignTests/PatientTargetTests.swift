import AAPPolicy
import Campaign
import Graph
import Runtime
import Synchronization
import Testing

/// A target that is away for a while.
@Suite struct PatientTargetTests {
  private struct Absent: MeasurementTarget {
    let circumstances: [CampaignSummary.Circumstance] = []
    let instructionSet = InstructionSet.best
    /// Questions that stay without an answer.
    let unanswered: Int
    let asked = ModelTarget.Counter()

    private func answer<Value>(_ value: Value) throws -> Value {
      asked.count()
      guard asked.total > unanswered else { throw TargetError.unreachable(target: "board", reason: "no answer") }
      return value
    }

    func compare(
      _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
    ) throws -> PairedLatency { throw TargetError.unsuitable(reason: "another error") }

    func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] { try answer([0.5]) }

    func residentBytes(_ network: Graph, key: String) throws -> Int { try answer(7) }
  }

  private final class Waits: Sendable {
    private let seconds = Mutex<[Double]>([])
    func add(_ pause: Double) { seconds.withLock { $0.append(pause) } }
    var all: [Double] { seconds.withLock { $0 } }
  }

  @Test func asksAgain() throws {
    let waits = Waits()
    let absent = Absent(unanswered: 3)
    var target = PatientTarget(absent, pauses: [1, 2, 4, 8]) { waits.add($0) }
    #expect(try target.residentBytes(Graph(name: "any"), key: "k") == 7)
    #expect(waits.all == [1, 2, 4] && absent.asked.total == 4)
  }

  @Test func givesUpInTheEnd() {
    let waits = Waits()
    var target = PatientTarget(Absent(unanswered: 9), pauses: [1, 2]) { waits.add($0) }
    do {
      _ = try target.shares([], of: Graph(name: "any"))
      Issue.record("a target that is gone gave an answer")
    } catch let error as TargetError {
      #expect(error.exitCode == 69 && error.message.contains("--resume"))
    } catch {
      Issue.record("\(error)")
    }
    #expect(waits.all == [1, 2])
  }

  @Test func otherErrorsAreNotWaitedFor() {
    let waits = Waits()
    var target = PatientTarget(Absent(unanswered: 0), pauses: [1]) { waits.add($0) }
    #expect(throws: TargetError.self) {
      try target.compare(Graph(name: "a"), to: Graph(name: "b"), key: "k") { _ in true }
    }
    #expect(waits.all.isEmpty)
  }

  @Test func stopsWhileItWaits() {
    #expect(throws: CancellationError.self) { try PatientTarget.waiting(isStopped: { true })(60) }
  }
}
