/// What can be wrong with a picture, or with a description of how to prepare one.
package enum ImageError: Error, Equatable, Sendable {
  /// The bytes are neither JPEG nor PNG.
  case unknownFormat
  /// The bytes break their format's rules.
  case malformed(ImageFormat, reason: String)
  /// The bytes end before the picture does.
  case truncated(ImageFormat)
  /// A legal picture of a kind that cannot be decoded.
  case unsupported(ImageFormat, reason: String)
  /// Beyond a limit, whether promised by a header or asked for by a caller.
  case tooLarge(reason: String)
  /// Memory could not be had.
  case outOfMemory
  /// A picture could not be encoded.
  case notEncodable(reason: String)
  /// An operation was asked for that makes no sense (a crop outside the picture, a buffer that is too small).
  case invalidOperation(reason: String)
  /// A preprocessing description is wrong; lines are counted from 1, 0 stands for the whole text.
  case invalidPreprocessing(line: Int, reason: String)

  /// What is wrong and what to do, without the file's name, which only the caller knows.
  package var message: String {
    switch self {
    case .unknownFormat: "not a picture: JPEG and PNG are supported"
    case .malformed(let format, let reason): "not a usable \(format.name): \(reason)"
    case .truncated(let format): "not a usable \(format.name): the file ends before the picture does"
    case .unsupported(_, let reason): "unsupported: \(reason)"
    case .tooLarge(let reason): "too large: \(reason)"
    case .outOfMemory: "out of memory: use a smaller picture"
    case .notEncodable(let reason): "the picture cannot be written: \(reason)"
    case .invalidOperation(let reason): reason
    case .invalidPreprocessing(let line, let reason):
      line == 0 ? "preprocessing: \(reason)" : "preprocessing, line \(line): \(reason)"
    }
  }
}
