import AAPPolicy
import Foundation
import Graph
import Runtime

/// Waits for a target that does not answer, and asks again: a board that restarts should not end a campaign of hours.
package struct PatientTarget: MeasurementTarget {
  /// Seconds before each new attempt; after the last the target counts as gone.
  package static let pauses: [Double] = [1, 5, 15, 60, 120]

  private var target: any MeasurementTarget
  private let pauses: [Double]
  private let wait: @Sendable (Double) throws -> Void

  /// - Parameter wait: Waits so many seconds; throws where the campaign is to stop.
  package init(
    _ target: any MeasurementTarget, pauses: [Double] = PatientTarget.pauses,
    wait: @escaping @Sendable (Double) throws -> Void
  ) {
    self.target = target
    self.pauses = pauses
    self.wait = wait
  }

  package var circumstances: [CampaignSummary.Circumstance] { target.circumstances }
  package var instructionSet: InstructionSet { target.instructionSet }

  package mutating func compare(
    _ candidate: Graph, to baseline: Graph, key: String, isEnough: (PairedLatency) -> Bool
  ) throws -> PairedLatency {
    try patiently { try $0.compare(candidate, to: baseline, key: key, isEnough: isEnough) }
  }

  package mutating func shares(_ layers: [(key: String, graph: Graph)], of baseline: Graph) throws -> [Double] {
    try patiently { try $0.shares(layers, of: baseline) }
  }

  package mutating func residentBytes(_ network: Graph, key: String) throws -> Int {
    try patiently { try $0.residentBytes(network, key: key) }
  }

  private mutating func patiently<Result>(
    _ ask: (inout any MeasurementTarget) throws -> Result
  ) throws -> Result {
    for pause in pauses {
      do {
        return try ask(&target)
      } catch TargetError.unreachable {
        try wait(pause)
      }
    }
    return try ask(&target)
  }

  /// Waits in small steps, so that Ctrl-C is heard.
  package static func waiting(
    isStopped: @escaping @Sendable () -> Bool
  ) -> @Sendable (Double) throws -> Void {
    { seconds in
      let end = Date().addingTimeInterval(seconds)
      while Date() < end {
        if isStopped() { throw CancellationError() }
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
  }
}
