import Graph

/// What can go wrong between an ONNX file and a `Graph`.
package enum ONNXError: Error, Sendable {
  /// The model, or a file that it refers to, does not exist or cannot be read (exit code 66).
  case unreadable(file: String, reason: String)
  /// The file contradicts the format (exit code 65).
  case malformed(file: String, reason: String)
  /// The file is sound but asks for what this product does not do; all that was found, at once (exit code 65).
  case unsupported(file: String, reasons: [String])
  /// The graph in the file contradicts itself (exit code 65).
  case graph(file: String, GraphError)
  /// The output cannot be created, or exists and may not be replaced (exit code 73).
  case cannotCreate(file: String, reason: String)
  /// Writing failed midway (exit code 74).
  case writeFailed(file: String, reason: String)
  /// The graph holds what ONNX cannot express, such as fused activations: a mistake of the caller (exit code 70).
  case notExportable(reason: String)

  /// What is wrong, where, and what to do.
  package var message: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .malformed(let file, let reason): "\(file): not a sound ONNX model: \(reason)"
    case .unsupported(let file, let reasons): "\(file): not supported: \(reasons.joined(separator: "; "))"
    case .graph(let file, let error): "\(file): \(error.message)"
    case .cannotCreate(let file, let reason): "\(file): cannot be created: \(reason)"
    case .writeFailed(let file, let reason): "\(file): writing failed: \(reason)"
    case .notExportable(let reason): "this graph cannot be written as ONNX: \(reason)"
    }
  }
}
