import CPlatform
import Glibc
import Graph
import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A model file in ONNX's format: its network as a `Graph` of newest-opset nodes, and what the file says of itself.
package struct ONNXModel: Sendable {
  /// The network; its metadata holds the file's `metadata_props`, such as `labels` and `preprocessing`.
  package let graph: Graph
  /// The version of the file format.
  package let irVersion: Int
  /// The version of the operator set that the file was written with.
  package let opset: Int
  /// The program that wrote the file, with its version.
  package let producer: String

  /// The names of all operators that a file may use (of ONNX's own domain).
  package static var importableOperators: Set<String> { Set(OperatorHistory.table.keys) }

  /// Reads a model and the external data beside it.
  ///
  /// - Throws: `ONNXError.unreadable` where a file is missing, `malformed`, `unsupported` (listing every operator that is
  ///   not) and `graph` where it cannot be used.
  /// - Complexity: O(bytes).
  package static func load(path: String, limits: ImportLimits = ImportLimits()) throws(ONNXError) -> ONNXModel {
    var mapping = ep_mapping()
    let status = ep_map_file(path, &mapping)
    guard status == 0 else { throw .unreadable(file: path, reason: String(cString: strerror(status))) }
    defer { ep_unmap(mapping) }
    let bytes = UnsafeRawBufferPointer(start: mapping.bytes, count: mapping.count)
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    return try parse(bytes, file: path, folder: folder, limits: limits)
  }

  /// Reads a model from memory.
  ///
  /// - Parameters:
  ///   - file: The name used in messages.
  ///   - folder: Where external data may lie; nil refuses it.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, file: String, folder: String? = nil, limits: ImportLimits = ImportLimits()
  ) throws(ONNXError) -> ONNXModel {
    guard bytes.count <= limits.fileBytes else {
      throw .unsupported(file: file, reasons: ["files of more than \(limits.fileBytes) bytes"])
    }
    let proto: ONNXModelProto
    do {
      var scanner = WireScanner(limits: limits)
      try scanner.check(bytes)
      proto = try ONNXModelProto(serializedBytes: bytes.bytes)
    } catch let failure as ImportFailure {
      throw failure.at(file)
    } catch {
      throw .malformed(file: file, reason: "the protocol buffer cannot be decoded: \(error)")
    }
    return try model(proto, file: file, folder: folder, limits: limits)
  }

  /// The model of a decoded file.
  package static func model(
    _ proto: ONNXModelProto, file: String, folder: String? = nil, limits: ImportLimits = ImportLimits()
  ) throws(ONNXError) -> ONNXModel {
    do throws(ImportFailure) {
      var importer = ModelImporter(limits: limits, externalData: ExternalData(folder: folder))
      let graph = try importer.graph(proto)
      let opset = try OpsetTable(proto).version(of: "") ?? 0
      let producer =
        proto.producerVersion.isEmpty ? proto.producerName : "\(proto.producerName) \(proto.producerVersion)"
      return ONNXModel(graph: graph, irVersion: Int(proto.irVersion), opset: opset, producer: producer)
    } catch {
      throw error.at(file)
    }
  }
}
