import Foundation

/// The targets that a job can name.
package enum CampaignTarget {
  /// Opens `local`, `record:FILE` (measures here and keeps the figures) or `replay:FILE`.
  ///
  /// - Parameter program: Path of `edge-run`, for what is measured of a whole process.
  package static func open(
    _ job: PruneJob, program: String?, isStopped: @escaping @Sendable () -> Bool
  ) throws(TargetError) -> any MeasurementTarget {
    let local = LocalTarget(threads: job.threads, seconds: job.measureSeconds, program: program, isStopped: isStopped)
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
    default: throw .unknown(target: job.target)
    }
  }
}
