import Devices
import Foundation

/// The targets that a job can name.
package enum CampaignTarget {
  /// Opens `local`, a device (`ssh://[user@]host[:port]`, `exec:COMMAND`), `record:FILE` (measures here and keeps the
  /// figures) or `replay:FILE`.
  ///
  /// - Parameter program: Path of `edge-run`, for what is measured of a whole process.
  package static func open(
    _ job: PruneJob, program: String?, isStopped: @escaping @Sendable () -> Bool
  ) throws -> any MeasurementTarget {
    let slow = job.needsSlowRuns
    let local = LocalTarget(
      threads: job.threads, seconds: job.measureSeconds, slow: slow, program: program, isStopped: isStopped)
    func patient(_ target: any MeasurementTarget) -> any MeasurementTarget {
      PatientTarget(target, wait: PatientTarget.waiting(isStopped: isStopped))
    }
    let parts = job.target.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("local", 1): return patient(local)
    case ("record", 2):
      return patient(
        try RecordingTarget(local, path: parts[1], isContinued: FileManager.default.fileExists(atPath: parts[1])))
    case ("replay", 2): return try ReplayTarget(path: parts[1])
    case ("ssh", 2), ("exec", 2):
      return patient(
        try RemoteTarget(
          DeviceAddress(job.target), threads: job.threads, seconds: job.measureSeconds, slow: slow,
          isStopped: isStopped))
    default: throw TargetError.unknown(target: job.target)
    }
  }
}
