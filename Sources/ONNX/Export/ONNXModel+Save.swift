import CPlatform
import Glibc
import Graph
import SwiftProtobuf

extension ONNXModel {
  /// Writes a graph as an ONNX file that appears whole or not at all.
  ///
  /// The graph's metadata becomes `metadata_props`; constants that nothing uses are left out.
  ///
  /// - Parameter replace: Whether a file that exists may be replaced.
  /// - Returns: The opset that it is written in: the lowest one that knows the form of all nodes.
  /// - Throws: `ONNXError.notExportable` for a graph with internal forms, `cannotCreate` and `writeFailed` for the file.
  @discardableResult
  package static func save(_ graph: Graph, to path: String, replace: Bool) throws(ONNXError) -> Int {
    let model = try proto(graph)
    let bytes = try bytes(of: model)
    let status = bytes.withUnsafeBytes { ep_write_file(path, $0.baseAddress, $0.count, replace) }
    switch status {
    case 0: return Int(model.opsetImport.first?.version ?? 0)
    case EEXIST: throw .cannotCreate(file: path, reason: "it exists; --force replaces it")
    case EIO, ENOSPC, EDQUOT, EFBIG: throw .writeFailed(file: path, reason: String(cString: strerror(status)))
    default: throw .cannotCreate(file: path, reason: String(cString: strerror(status)))
    }
  }

  /// The bytes of the file that `save` writes: equal graphs give equal bytes. O(bytes).
  package static func encode(_ graph: Graph) throws(ONNXError) -> [UInt8] {
    try bytes(of: try proto(graph))
  }

  private static func bytes(of model: ONNXModelProto) throws(ONNXError) -> [UInt8] {
    do {
      return try model.serializedBytes()
    } catch {
      throw .notExportable(reason: "it takes more than the 2 GiB that the format allows")
    }
  }

  /// The message that `save` writes.
  package static func proto(_ graph: Graph) throws(ONNXError) -> ONNXModelProto {
    var exporter = ModelExporter(graph)
    return try exporter.model()
  }
}
