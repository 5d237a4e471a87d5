import Graph
import Runtime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TensorImporter {
  /// The attributes of a node. `what` names the node in messages.
  mutating func attributes(
    _ protos: [ONNXAttributeProto], _ what: String
  ) throws(ImportFailure) -> [String: Attribute] {
    var result: [String: Attribute] = [:]
    for proto in protos {
      guard !proto.name.isEmpty else { throw .malformed("\(what) has an attribute without a name") }
      let value = try attribute(proto, "attribute '\(proto.name)' of \(what)")
      guard result.updateValue(value, forKey: proto.name) == nil else {
        throw .malformed("\(what) has the attribute '\(proto.name)' twice")
      }
    }
    return result
  }

  private mutating func attribute(_ proto: ONNXAttributeProto, _ what: String) throws(ImportFailure) -> Attribute {
    try take(
      8 * proto.ints.count + 4 * proto.floats.count + proto.strings.reduce(proto.s.count) { $0 + $1.count + 16 }, what)
    switch proto.kind {
    case .float: return .float(proto.f)
    case .int: return .int(Int(proto.i))
    case .string: return .string(try text(proto.s, what))
    case .tensor: return .tensor(try tensor(proto.t, what))
    case .floats: return .floats(proto.floats)
    case .ints: return .ints(proto.ints.map { Int($0) })
    case .strings:
      var strings: [String] = []
      for bytes in proto.strings { strings.append(try text(bytes, what)) }
      return .strings(strings)
    case .graph, .graphs: throw .unsupported("\(what) is a subgraph")
    case .tensors: throw .unsupported("\(what) is a list of tensors")
    case .sparseTensor, .sparseTensors: throw .unsupported("\(what) is a sparse tensor")
    case .typeProto, .typeProtos: throw .unsupported("\(what) is a type")
    case .undefined: throw .malformed("\(what) has no type")
    }
  }

  private func text(_ bytes: Data, _ what: String) throws(ImportFailure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed("\(what) is not UTF-8 text") }
    return text
  }
}

extension ONNXAttributeProto {
  /// What the attribute holds: as stated, or where an old exporter left that out, by the field that is present.
  var kind: AttributeType {
    if type != .undefined { return type }
    if hasF { return .float }
    if hasI { return .int }
    if hasS { return .string }
    if hasT { return .tensor }
    if hasG { return .graph }
    if !floats.isEmpty { return .floats }
    if !ints.isEmpty { return .ints }
    if !strings.isEmpty { return .strings }
    return .undefined
  }
}
