/// What can be wrong with a plan, the file it came from, or the machine it is to run on.
package enum PlanError: Error, Sendable {
  /// The file is missing or cannot be read (exit code 66).
  case unreadable(file: String, reason: String)
  /// The bytes are no plan, are damaged, or are of another version (exit code 65).
  case malformed(reason: String)
  /// The plan is sound but this machine cannot run it (exit code 65).
  case unsupported(reason: String)
  /// Memory for the arena could not be had (exit code 70).
  case outOfMemory(bytes: Int)

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .malformed(let reason): "not a usable .edge plan: \(reason)"
    case .unsupported(let reason): reason
    case .outOfMemory(let bytes): "could not get \(bytes) bytes for the plan's arena: use a smaller network or input"
    }
  }
}
