import Foundation
import Graph
import ONNX
import Runtime

/// Builds ONNX messages for tests in a few words.
struct ModelBuilder {
  var proto = ONNXModelProto()

  init(opset: Int = 28, ir: Int = 8) {
    proto.irVersion = Int64(ir)
    proto.producerName = "test"
    proto.opsetImport = [Self.opset("", opset)]
    proto.graph.name = "g"
  }

  static func opset(_ domain: String, _ version: Int) -> ONNXOperatorSetIdProto {
    var entry = ONNXOperatorSetIdProto()
    entry.domain = domain
    entry.version = Int64(version)
    return entry
  }

  @discardableResult
  mutating func input(_ name: String, _ shape: [Int64], type: ElementType = .float32) -> Self {
    proto.graph.input.append(Self.info(name, shape, type: type))
    return self
  }

  mutating func output(_ name: String, _ shape: [Int64]? = nil, type: ElementType = .float32) {
    proto.graph.output.append(Self.info(name, shape, type: type))
  }

  mutating func node(
    _ op: String, _ inputs: [String], _ outputs: [String], _ attributes: [String: Attribute] = [:], name: String? = nil,
    domain: String = ""
  ) {
    proto.graph.node.append(Self.node(op, inputs, outputs, attributes, name: name, domain: domain))
  }

  mutating func initialiser(_ name: String, _ tensor: Tensor) {
    var proto = Self.tensor(tensor)
    proto.name = name
    self.proto.graph.initializer.append(proto)
  }

  static func node(
    _ op: String, _ inputs: [String], _ outputs: [String], _ attributes: [String: Attribute] = [:], name: String? = nil,
    domain: String = ""
  ) -> ONNXNodeProto {
    var node = ONNXNodeProto()
    node.opType = op
    node.input = inputs
    node.output = outputs
    node.name = name ?? ""
    node.domain = domain
    node.attribute = attributes.sorted { $0.key < $1.key }.map { attribute($0, $1) }
    return node
  }

  static func attribute(_ name: String, _ value: Attribute) -> ONNXAttributeProto {
    var proto = ONNXAttributeProto()
    proto.name = name
    switch value {
    case .int(let value): (proto.type, proto.i) = (.int, Int64(value))
    case .float(let value): (proto.type, proto.f) = (.float, value)
    case .string(let value): (proto.type, proto.s) = (.string, Data(value.utf8))
    case .tensor(let value): (proto.type, proto.t) = (.tensor, tensor(value))
    case .ints(let values): (proto.type, proto.ints) = (.ints, values.map { Int64($0) })
    case .floats(let values): (proto.type, proto.floats) = (.floats, values)
    case .strings(let values): (proto.type, proto.strings) = (.strings, values.map { Data($0.utf8) })
    }
    return proto
  }

  static func tensor(_ tensor: Tensor) -> ONNXTensorProto {
    var proto = ONNXTensorProto()
    proto.dims = tensor.shape.map { Int64($0) }
    proto.dataType = Int32(tensor.type.rawValue)
    proto.rawData = Data(tensor.bytes)
    return proto
  }

  /// Extents below zero are symbolic: -1 is "N", -2 unknown.
  static func info(_ name: String, _ shape: [Int64]?, type: ElementType = .float32) -> ONNXValueInfoProto {
    var info = ONNXValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = Int32(type.rawValue)
    if let shape {
      info.type.tensorType.shape.dim = shape.map { extent in
        var dimension = ONNXTensorShapeProto.Dimension()
        if extent >= 0 { dimension.dimValue = extent }
        if extent == -1 { dimension.dimParam = "N" }
        return dimension
      }
    }
    return info
  }

  /// The model by way of its bytes.
  func load(folder: String? = nil, limits: ImportLimits = ImportLimits()) throws -> ONNXModel {
    let bytes: [UInt8] = try proto.serializedBytes()
    return try bytes.withUnsafeBytes {
      try ONNXModel.parse($0, file: "test.onnx", folder: folder, limits: limits)
    }
  }

  /// The message with which the model is refused, or nil where it is not.
  func refusal(folder: String? = nil, limits: ImportLimits = ImportLimits()) throws -> String? {
    do {
      _ = try load(folder: folder, limits: limits)
      return nil
    } catch let error as ONNXError {
      return error.message
    }
  }
}

extension Graph {
  /// The node of an operator; there must be one.
  func node(_ op: String) throws -> Node {
    let found = nodes.filter { $0.op == op }
    guard found.count == 1, let node = found.first else { throw TestFailure("\(found.count) nodes \(op)") }
    return node
  }

  /// The constant that is an operand of a node.
  func constant(_ node: Node, _ position: Int) -> Tensor? { node.input(position).flatMap { constants[$0] } }

  /// The graph by names instead of numbers, to compare two of them.
  var canonical: [String] {
    func text(_ ids: [ValueID?]) -> String { ids.map { $0.map { name(of: $0) } ?? "-" }.joined(separator: ",") }
    func value(_ id: ValueID) -> String {
      "\(name(of: id)): \(values[id.index].type.map(\.name) ?? "?") \(values[id.index].shape.map { "\($0)" } ?? "?")"
    }
    return ["graph \(name)"] + metadata.sorted { $0.key < $1.key }.map { "\($0): \($1)" }
      + inputs.map { "input \(value($0))" }
      + outputs.map { "output \(value($0))" }
      + constants.map { "constant \(value($0.key)) \($0.value.type) \($0.value.shape) \($0.value.bytes.hashValue)" }
      .sorted()
      + nodes.map { node in
        "\(node.name) = \(node.op)(\(text(node.inputs))) -> \(text(node.outputs)) "
          + node.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
      }
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Data and models shared by several projects, beside this one's folder.
enum SharedFolder {
  static let path: String? = {
    let fallback = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared").path
    let path = ProcessInfo.processInfo.environment["EDGE_RUN_SHARED"] ?? fallback
    return FileManager.default.fileExists(atPath: path + "/models") ? path : nil
  }()

  static let models: [String] = {
    guard let path else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path + "/models")) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.sorted()
  }()
}
