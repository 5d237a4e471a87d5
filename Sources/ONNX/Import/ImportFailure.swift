import Graph

/// Why a part of a model is refused; the importer adds the file's name.
enum ImportFailure: Error, Sendable {
  /// A file that the model refers to cannot be read.
  case unreadable(file: String, reason: String)
  case malformed(String)
  case unsupported([String])
  case graph(GraphError)

  static func unsupported(_ reason: String) -> ImportFailure { .unsupported([reason]) }

  /// The same with the model's name.
  func at(_ file: String) -> ONNXError {
    switch self {
    case .unreadable(let path, let reason): .unreadable(file: path, reason: "\(reason) (needed by \(file))")
    case .malformed(let reason): .malformed(file: file, reason: reason)
    case .unsupported(let reasons): .unsupported(file: file, reasons: reasons)
    case .graph(let error): .graph(file: file, error)
    }
  }
}
