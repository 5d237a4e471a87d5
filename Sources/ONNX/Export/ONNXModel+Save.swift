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
  /// - Throws: `ONNXError.notExportable` for a graph with internal forms, `cannotCreate` and `writeFailed` for the file.
  package static func save(_ graph: Graph, to path: String, replace: Bool) throws(ONNXError) {
    let bytes = try encode(graph)
    let status = bytes.withUnsafeBytes { ep_write_file(path, $0.baseAddress, $0.count, replace) }
    switch status {
    case 0: return
    case EEXIST: throw .cannotCreate(file: path, reason: "it exists; --force replaces it")
    case EIO, ENOSPC, EDQUOT, EFBIG: throw .writeFailed(file: path, reason: String(cString: strerror(status)))
    default: throw .cannotCreate(file: path, reason: String(cString: strerror(status)))
    }
  }

  /// The bytes of the file that `save` writes: equal graphs give equal bytes. O(bytes).
  package static func encode(_ graph: Graph) throws(ONNXError) -> [UInt8] {
    let model = try proto(graph)
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
