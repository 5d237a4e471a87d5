/// What can be wrong with a checkpoint, or with writing one.
package enum CheckpointError: Error, Equatable, Sendable {
  /// Nothing lies at the path, or it cannot be read (exit code 66).
  case unreadable(path: String, reason: String)
  /// No checkpoint, or a damaged or truncated one (exit code 65).
  case malformed(path: String, reason: String)
  /// Written by another version of the program (exit code 65).
  case otherVersion(path: String, found: Int)
  /// The checkpoint of another network (exit code 65).
  case otherNetwork(path: String, difference: String)
  /// Something that this training needs is not in it, or is of another kind (exit code 65).
  case unsuitableEntry(path: String, name: String, reason: String)
  /// The file cannot be created (exit code 73).
  case cannotCreate(path: String, reason: String)
  /// Writing failed midway; an older checkpoint at this path is as it was (exit code 74).
  case writeFailed(path: String, reason: String)

  /// The exit code of a command that ends with this error (sysexits).
  package var exitCode: Int32 {
    switch self {
    case .malformed, .otherVersion, .otherNetwork, .unsuitableEntry: 65
    case .unreadable: 66
    case .cannotCreate: 73
    case .writeFailed: 74
    }
  }

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): the checkpoint cannot be read: \(reason)"
    case .malformed(let path, let reason): "\(path): no usable checkpoint: \(reason)"
    case .otherVersion(let path, let found):
      "\(path): a checkpoint of format \(found), this program reads format \(CheckpointHeader.version): "
        + "finish the training with the program that began it"
    case .otherNetwork(let path, let difference): "\(path): the checkpoint of another network: \(difference)"
    case .unsuitableEntry(let path, let name, let reason): "\(path): '\(name)' in the checkpoint: \(reason)"
    case .cannotCreate(let path, let reason): "\(path): the checkpoint cannot be created: \(reason)"
    case .writeFailed(let path, let reason): "\(path): writing the checkpoint failed: \(reason)"
    }
  }
}
