import Imaging
import Runtime

/// What can be wrong while pictures are classified.
package enum ClassificationError: Error, Sendable {
  /// The plan is missing, damaged or not for this machine.
  case plan(PlanError)
  /// The network does not take one picture and give one score a class.
  case unsuitableModel(reason: String)
  /// A file or folder cannot be read.
  case unreadable(path: String, reason: String)
  /// The labels do not fit the network.
  case labels(source: String, reason: String)
  /// A description of how to prepare pictures is wrong.
  case preprocessing(source: String, reason: String)
  /// A picture is damaged or of an unsupported kind.
  case picture(ImageError)
  /// The network's scores are infinite or not numbers.
  case notFinite
  /// A folder holds no picture.
  case noPictures(path: String)
  /// More files than anybody means.
  case tooManyPictures(path: String, limit: Int)
  /// Folders in folders without end.
  case tooDeep(path: String, limit: Int)
  /// A stream holds no picture, or one that never ends.
  case stream(reason: String)

  /// The exit code of a command that ends with this error (sysexits).
  package var exitCode: Int32 {
    switch self {
    case .plan(.unreadable), .unreadable: 66
    case .plan(.outOfMemory): 70
    case .plan, .unsuitableModel, .labels, .preprocessing, .picture, .notFinite, .noPictures, .tooManyPictures,
      .tooDeep, .stream:
      65
    }
  }

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .plan(let error): error.message
    case .unsuitableModel(let reason): "the network does not classify pictures: \(reason)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .labels(let source, let reason): "\(source): \(reason)"
    case .preprocessing(let source, let reason): "\(source): \(reason)"
    case .picture(let error): error.message
    case .notFinite: "the network's scores are not finite numbers: its weights or the preprocessing are broken"
    case .noPictures(let path): "\(path): holds no pictures (.jpg, .jpeg, .jpe, .jfif, .png)"
    case .tooManyPictures(let path, let limit): "\(path): more than \(limit) files: classify a part of it"
    case .tooDeep(let path, let limit):
      "\(path): more than \(limit) nested folders: perhaps a link leads back to a folder above it"
    case .stream(let reason): "the stream of pictures is broken: \(reason)"
    }
  }
}
