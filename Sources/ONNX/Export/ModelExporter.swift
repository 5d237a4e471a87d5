import Graph
import Runtime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes a `Graph` as messages of an ONNX file.
struct ModelExporter {
  private let graph: Graph
  private var names: [ValueID: String] = [:]
  private var taken: Set<String> = []

  init(_ graph: Graph) { self.graph = graph }

  /// The file's content. Throws where a node is in a form that only this product's passes know.
  mutating func model() throws(ONNXError) -> ONNXModelProto {
    do throws(GraphError) {
      try graph.validate()
    } catch {
      throw .notExportable(reason: error.message)
    }
    for node in graph.nodes { try check(node) }
    nameValues()

    let types = resultTypes()
    let opset =
      graph.nodes.map { node in
        ExportOpset.needed(by: node) { type(node.input($0), types) }
      }.max() ?? ExportOpset.lowest
    var model = ONNXModelProto()
    model.irVersion = Int64(ExportOpset.formatVersion(of: opset))
    var operators = ONNXOperatorSetIdProto()
    operators.domain = ""
    operators.version = Int64(opset)
    model.opsetImport = [operators]
    model.producerName = "edge-run"
    model.graph = graphProto(types)
    model.metadataProps = graph.metadata.sorted { $0.key < $1.key }.map { key, value in
      var entry = ONNXStringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    return model
  }

  private func check(_ node: Node) throws(ONNXError) {
    let what = "node '\(node.name)' (\(node.op))"
    guard OperatorHistory.table[node.op] != nil, node.op != "Upsample" else {
      throw .notExportable(reason: "\(what) is no operator of ONNX known here")
    }
    if let internalName = node.attributes.keys.first(where: { $0.hasPrefix("edge.") }) {
      throw .notExportable(reason: "\(what) has the internal attribute '\(internalName)'")
    }
    guard node.op != "Conv" || node.inputs.count <= 3 else {
      throw .notExportable(reason: "\(what) has a fused addition")
    }
  }

  /// Gives every value a name of its own; those of inputs and outputs are kept before all others.
  private mutating func nameValues() {
    for id in graph.inputs + graph.outputs { name(id) }
    for id in graph.constants.keys.sorted(by: { $0.index < $1.index }) { name(id) }
    for node in graph.nodes { for case let output? in node.outputs { name(output) } }
  }

  private mutating func name(_ id: ValueID) {
    guard names[id] == nil else { return }
    let wanted = graph.name(of: id).isEmpty ? "value_\(id.index)" : graph.name(of: id)
    var candidate = wanted
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = "\(wanted)_\(number)"
      number += 1
    }
    names[id] = candidate
  }

  private func graphProto(_ types: [ValueID: ElementType]) -> ONNXGraphProto {
    var proto = ONNXGraphProto()
    proto.name = graph.name.isEmpty ? "network" : graph.name
    proto.input = graph.inputs.map { valueInfo($0, types) }
    proto.output = graph.outputs.map { valueInfo($0, types) }
    proto.node = graph.nodes.map(nodeProto)

    var used = Set(graph.outputs)
    for node in graph.nodes { for case let input? in node.inputs { used.insert(input) } }
    let constants = graph.constants.filter { used.contains($0.key) }.sorted { $0.key.index < $1.key.index }
    proto.initializer = constants.map { id, tensor in
      var initialiser = tensorProto(tensor)
      initialiser.name = names[id] ?? ""
      return initialiser
    }
    let interface = Set(graph.inputs + graph.outputs)
    for node in graph.nodes {
      for case let output? in node.outputs where !interface.contains(output) {
        let value = graph.values[output.index]
        if value.type != nil, value.shape != nil { proto.valueInfo.append(valueInfo(output, types)) }
      }
    }
    return proto
  }

  /// Types of all values, worked out where they are not declared: a file must state those of inputs and outputs.
  private func resultTypes() -> [ValueID: ElementType] {
    var types = graph.constants.mapValues(\.type)
    for node in graph.nodes {
      let known = ResultTypes.of(node) { type(node.input($0), types) }
      for (position, output) in node.outputs.enumerated() { if let output { types[output] = known(position) } }
    }
    return types
  }

  private func type(_ id: ValueID?, _ types: [ValueID: ElementType]) -> ElementType {
    guard let id else { return .float32 }
    return graph.values[id.index].type ?? types[id] ?? .float32
  }

  private func valueInfo(_ id: ValueID, _ types: [ValueID: ElementType]) -> ONNXValueInfoProto {
    let value = graph.values[id.index]
    var proto = ONNXValueInfoProto()
    proto.name = names[id] ?? ""
    proto.type.tensorType.elemType = Int32(type(id, types).rawValue)
    guard let shape = value.shape else { return proto }
    proto.type.tensorType.shape.dim = shape.map { extent in
      var dimension = ONNXTensorShapeProto.Dimension()
      switch extent {
      case .fixed(let extent): dimension.dimValue = Int64(extent)
      case .symbolic(let name): dimension.dimParam = name
      case .unknown: break
      }
      return dimension
    }
    return proto
  }

  private func nodeProto(_ node: Node) -> ONNXNodeProto {
    var proto = ONNXNodeProto()
    proto.name = node.name
    proto.opType = node.op
    proto.input = text(node.inputs)
    proto.output = node.op == "Split" ? partNames(node) : text(node.outputs)
    proto.attribute = node.attributes.sorted { $0.key < $1.key }.map(attributeProto)
    return proto
  }

  /// Split's results, all with a name: their number says into how many parts it cuts.
  private func partNames(_ node: Node) -> [String] {
    node.outputs.enumerated().map { position, output in
      if let output { return names[output] ?? "" }
      var name = "\(node.name)/unused_\(position)"
      while taken.contains(name) { name += "_" }
      return name
    }
  }

  /// Names; left-out operands are empty, and none at the end.
  private func text(_ ids: [ValueID?]) -> [String] {
    let last = ids.lastIndex { $0 != nil } ?? -1
    return ids.prefix(last + 1).map { id in id.flatMap { names[$0] } ?? "" }
  }

  private func attributeProto(_ name: String, _ value: Attribute) -> ONNXAttributeProto {
    var proto = ONNXAttributeProto()
    proto.name = name
    switch value {
    case .int(let value):
      proto.type = .int
      proto.i = Int64(value)
    case .float(let value):
      proto.type = .float
      proto.f = value
    case .string(let value):
      proto.type = .string
      proto.s = Data(value.utf8)
    case .tensor(let value):
      proto.type = .tensor
      proto.t = tensorProto(value)
    case .ints(let values):
      proto.type = .ints
      proto.ints = values.map { Int64($0) }
    case .floats(let values):
      proto.type = .floats
      proto.floats = values
    case .strings(let values):
      proto.type = .strings
      proto.strings = values.map { Data($0.utf8) }
    }
    return proto
  }

  private func tensorProto(_ tensor: Tensor) -> ONNXTensorProto {
    var proto = ONNXTensorProto()
    proto.dims = tensor.shape.map { Int64($0) }
    proto.dataType = Int32(tensor.type.rawValue)
    proto.rawData = Data(tensor.bytes)
    return proto
  }
}
