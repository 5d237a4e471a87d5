import Graph

/// The opset version of each operator domain that a model imports.
struct OpsetTable {
  private let versions: [String: Int]

  /// The opset versions of ONNX's own operators that are understood.
  static let supported = 7...28
  /// The versions of the file format that are understood.
  static let supportedFormats = 3...14

  /// The model's own table. Throws for a format or an opset that is too old or too new.
  init(_ model: ONNXModelProto) throws(ImportFailure) {
    guard model.hasGraph else { throw .malformed("it has no graph: is it an ONNX model at all?") }
    guard Self.supportedFormats.contains(Int(model.irVersion)) else {
      throw .unsupported(
        "IR version \(model.irVersion): versions \(Self.supportedFormats.lowerBound) to "
          + "\(Self.supportedFormats.upperBound) are")
    }
    try self.init(model.opsetImport)
    guard let version = version(of: "") else { throw .malformed("it imports no operator set") }
    guard Self.supported.contains(version) else {
      throw .unsupported(
        "opset \(version): versions \(Self.supported.lowerBound) to \(Self.supported.upperBound) are; "
          + "convert the model with onnx.version_converter, or export it again")
    }
  }

  /// The table of a model or a function.
  init(_ imports: [ONNXOperatorSetIdProto]) throws(ImportFailure) {
    var versions: [String: Int] = [:]
    for entry in imports {
      let domain = Self.canonical(entry.domain)
      guard versions.updateValue(Int(entry.version), forKey: domain) == nil else {
        throw .malformed("it imports two versions of the operator set '\(domain)'")
      }
    }
    self.versions = versions
  }

  /// The version of a domain's operators, or nil where it is not imported.
  func version(of domain: String) -> Int? { versions[Self.canonical(domain)] }

  /// ONNX's own domain has two names.
  static func canonical(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
}
