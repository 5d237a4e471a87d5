/// What can be wrong with a `.npy` file: all of it exit code 65.
package enum NPYError: Error, Sendable, Equatable {
  /// It does not begin like one.
  case notNPY
  case truncated(needed: Int, found: Int)
  case malformedHeader(String)
  case unsupported(String)

  /// What is wrong, and what to do.
  package var message: String {
    switch self {
    case .notNPY: "not a .npy file: write it with numpy.save"
    case .truncated(let needed, let found): "truncated: it has \(found) bytes of \(needed)"
    case .malformedHeader(let reason): "malformed header: \(reason)"
    case .unsupported(let reason): "not supported: \(reason)"
    }
  }
}
