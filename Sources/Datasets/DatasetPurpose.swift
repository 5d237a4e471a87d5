/// What pictures are wanted for: decides which part of a data set is taken where none is named.
package enum DatasetPurpose: String, Sendable {
  case learning
  case validation
  case evaluation

  /// The parts to take, the first that there is. Pictures to test with are for nothing else: who learns or chooses from
  /// them has to say so.
  var parts: [String] {
    switch self {
    case .learning: ["train", "training"]
    case .validation: ["validation", "val", "valid", "dev"]
    case .evaluation: ["test", "testing", "eval", "validation", "val", "valid", "dev"]
    }
  }
}
