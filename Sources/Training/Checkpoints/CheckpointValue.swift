/// A small thing kept in a checkpoint beside the tensors.
package enum CheckpointValue: Sendable, Equatable {
  case integer(Int)
  case real(Double)
  case text(String)
  /// Such as the state of a random generator.
  case words([UInt64])

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .integer: "an integer"
    case .real: "a real number"
    case .text: "a text"
    case .words: "a list of words"
    }
  }
}
