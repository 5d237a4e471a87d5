/// A target that cannot be measured on.
package enum TargetError: Error, Sendable {
  /// It did not answer, again and again (exit code 69).
  case unreachable(target: String, reason: String)
  /// No such target (exit code 64).
  case unknown(target: String)
  /// Recorded figures that lack one, or cannot be read (exit code 65).
  case recording(path: String, reason: String)
  /// A recording that cannot be kept (exit code 74).
  case unwritable(path: String, reason: String)
  /// The network does not run there (exit code 65).
  case unsuitable(reason: String)

  package var message: String {
    switch self {
    case .unreachable(let target, let reason):
      "target \(target): \(reason); the same command with --resume goes on once it is back"
    case .unknown(let target):
      "target '\(target)': there are local, ssh://[user@]host[:port], exec:COMMAND, record:FILE and replay:FILE"
    case .recording(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason); the same command with --resume goes on once it can"
    case .unsuitable(let reason): reason
    }
  }

  package var exitCode: Int32 {
    switch self {
    case .unreachable: 69
    case .unknown: 64
    case .recording, .unsuitable: 65
    case .unwritable: 74
    }
  }
}
