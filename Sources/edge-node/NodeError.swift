import Classification
import Runtime

/// What ends a verb early.
enum NodeError: Error {
  case usage(String)
  case plan(path: String, PlanError)
  case classification(ClassificationError)
  case writingFailed
  /// `serve` and its computer do not understand each other.
  case connection(String)
  case interrupted(String)

  var exitCode: Int32 {
    switch self {
    case .usage: 64
    case .plan(_, let error): ClassificationError.plan(error).exitCode
    case .classification(let error): error.exitCode
    case .writingFailed: 74
    case .connection: 69
    case .interrupted: 75
    }
  }

  var message: String {
    switch self {
    case .usage(let reason): reason
    case .plan(_, .unreadable(let file, let reason)): PlanError.unreadable(file: file, reason: reason).message
    case .plan(let path, let error): "\(path): \(error.message)"
    case .classification(let error): error.message
    case .connection(let reason): reason
    case .writingFailed: "standard output cannot be written to"
    case .interrupted(let advice): "interrupted; \(advice)"
    }
  }
}
