import Graph
import Runtime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Builds a `Graph` from a decoded model: one pass over the nodes as they are in the file, one that upgrades them.
struct ModelImporter {
  private let limits: ImportLimits
  private var tensors: TensorImporter
  private var graph = Graph(name: "")
  private var ids: [String: ValueID] = [:]
  /// Values that something produces: an input, a constant or a node.
  private var produced: Set<ValueID> = []
  /// The opset of the node that produces a value, by the node's first result.
  private var opsets: [ValueID: Int] = [:]

  init(limits: ImportLimits, externalData: ExternalData) {
    self.limits = limits
    tensors = TensorImporter(limits: limits, externalData: externalData)
  }

  /// The graph of a model. O(bytes of the model).
  mutating func graph(_ model: ONNXModelProto) throws(ImportFailure) -> Graph {
    let opsets = try OpsetTable(model)
    var inliner = try FunctionInliner(model.functions, limits: limits)
    let nodes = try inliner.inline(model.graph.node, opsets)
    try OperatorSupport.check(nodes)
    graph.name = model.graph.name
    try addMetadata(model)
    try addInterface(model.graph)
    for (position, node) in nodes.enumerated() { try add(node, position) }
    try addOutputs(model.graph)
    try checkOperands()
    do throws(GraphError) {
      try graph.sortTopologically()
      try graph.validate()
    } catch {
      throw .graph(error)
    }
    return try Upgrader.upgrade(graph, opsets: self.opsets)
  }

  private mutating func addMetadata(_ model: ONNXModelProto) throws(ImportFailure) {
    for entry in model.metadataProps {
      guard graph.metadata.updateValue(entry.value, forKey: entry.key) == nil else {
        throw .malformed("the metadata has the key '\(entry.key)' twice")
      }
    }
  }

  /// Inputs, initialisers and declared types. An input that has an initialiser (all had to be inputs before IR version 4)
  /// is a constant: its default value is used.
  private mutating func addInterface(_ proto: ONNXGraphProto) throws(ImportFailure) {
    guard proto.sparseInitializer.isEmpty else { throw .unsupported("the model has sparse initialisers") }
    let initialised = Set(proto.initializer.map(\.name))
    for input in proto.input {
      guard !input.name.isEmpty else { throw .malformed("an input has no name") }
      guard ids[input.name] == nil else { throw .malformed("there are two inputs '\(input.name)'") }
      if initialised.contains(input.name) { continue }
      let declared = try declaration(input, "input '\(input.name)'")
      let id = value(input.name)
      graph.values[id.index] = declared
      graph.inputs.append(id)
      produced.insert(id)
    }
    for initialiser in proto.initializer {
      guard !initialiser.name.isEmpty else { throw .malformed("an initialiser has no name") }
      let tensor = try tensors.tensor(initialiser, "initialiser '\(initialiser.name)'")
      try addConstant(initialiser.name, tensor)
    }
    // Declarations of intermediate values are hints: one that cannot be expressed is left out, not refused.
    for info in proto.valueInfo where !info.name.isEmpty && ids[info.name] == nil {
      guard let declared = try? declaration(info, "value '\(info.name)'") else { continue }
      graph.values[value(info.name).index] = declared
    }
  }

  private mutating func addOutputs(_ proto: ONNXGraphProto) throws(ImportFailure) {
    guard !proto.output.isEmpty else { throw .malformed("it has no outputs") }
    for output in proto.output {
      let declared = try declaration(output, "output '\(output.name)'")
      guard let id = ids[output.name], produced.contains(id) else {
        throw .malformed("nothing produces the output '\(output.name)'")
      }
      graph.outputs.append(id)
      if graph.values[id.index].type == nil || graph.values[id.index].shape == nil { graph.values[id.index] = declared }
    }
  }

  private func declaration(_ proto: ONNXValueInfoProto, _ what: String) throws(ImportFailure) -> Graph.Value {
    guard proto.hasType else { return Graph.Value(name: proto.name) }
    switch proto.type.value {
    case .tensorType(let tensor):
      let type = tensor.hasElemType ? try ElementType.imported(tensor.elemType, what) : nil
      let shape = tensor.hasShape ? try self.shape(tensor.shape, what) : nil
      return Graph.Value(name: proto.name, type: type, shape: shape)
    case .sequenceType: throw .unsupported("\(what) is a sequence")
    case .mapType: throw .unsupported("\(what) is a map")
    case .optionalType: throw .unsupported("\(what) is an optional value")
    case .sparseTensorType: throw .unsupported("\(what) is a sparse tensor")
    case .opaqueType: throw .unsupported("\(what) is opaque")
    case nil: throw .unsupported("\(what) has no type known here")
    }
  }

  private func shape(_ proto: ONNXTensorShapeProto, _ what: String) throws(ImportFailure) -> [Graph.Dimension] {
    guard proto.dim.count <= limits.rank else {
      throw .unsupported("\(what) has \(proto.dim.count) axes: \(limits.rank) is the limit")
    }
    var shape: [Graph.Dimension] = []
    var fixed: [Int] = []
    for dimension in proto.dim {
      switch dimension.value {
      case .dimValue(let extent) where extent >= 0 && extent <= Int64(Shape.maximumElementCount):
        shape.append(.fixed(Int(extent)))
        fixed.append(Int(extent))
      case .dimValue(-1): shape.append(.unknown)
      case .dimValue(let extent): throw .malformed("\(what) has an axis of extent \(extent)")
      case .dimParam(let name): shape.append(name.isEmpty ? .unknown : .symbolic(name))
      case nil: shape.append(.unknown)
      }
    }
    guard Shape.elementCount(fixed) != nil else {
      throw .malformed("\(what) claims \(Shape.text(fixed)) elements: 2^31 is the limit")
    }
    return shape
  }

  private mutating func add(_ placed: PlacedNode, _ position: Int) throws(ImportFailure) {
    let proto = placed.proto
    let name = placed.name(position)
    let what = "node '\(name)' (\(proto.opType))"
    guard proto.output.contains(where: { !$0.isEmpty }) else { return }
    let attributes = try tensors.attributes(proto.attribute, what)
    if proto.opType == "Constant" {
      guard proto.output.count == 1 else { throw .malformed("\(what) has \(proto.output.count) results") }
      try addConstant(proto.output[0], try ConstantNode.value(attributes, what))
      return
    }
    let inputs = proto.input.prefix(1 + (proto.input.lastIndex { !$0.isEmpty } ?? -1)).map {
      $0.isEmpty ? nil : value($0)
    }
    var outputs: [ValueID?] = []
    // The number of Split's results says into how many parts it cuts; elsewhere left-out ones at the end mean nothing.
    let count = proto.opType == "Split" ? proto.output.count : 1 + (proto.output.lastIndex { !$0.isEmpty } ?? -1)
    for output in proto.output.prefix(count) {
      guard !output.isEmpty else {
        outputs.append(nil)
        continue
      }
      let id = value(output)
      guard produced.insert(id).inserted else {
        throw .malformed("'\(output)' is produced twice, again by \(what)")
      }
      outputs.append(id)
    }
    if let first = outputs.lazy.compactMap({ $0 }).first { opsets[first] = placed.opset }
    graph.nodes.append(
      Node(name: name, op: proto.opType, inputs: inputs, outputs: outputs, attributes: attributes))
  }

  private mutating func addConstant(_ name: String, _ tensor: Tensor) throws(ImportFailure) {
    let id = value(name)
    guard produced.insert(id).inserted else { throw .malformed("'\(name)' is produced twice") }
    graph.constants[id] = tensor
    graph.values[id.index] = Graph.Value(name: name, type: tensor.type, shape: tensor.shape.map { .fixed($0) })
  }

  private func checkOperands() throws(ImportFailure) {
    for node in graph.nodes {
      for case let input? in node.inputs where !produced.contains(input) {
        throw .malformed("node '\(node.name)' (\(node.op)) uses '\(graph.name(of: input))', which nothing produces")
      }
    }
  }

  /// The value of that name, made where it is new.
  private mutating func value(_ name: String) -> ValueID {
    if let id = ids[name] { return id }
    let id = graph.addValue(name)
    ids[name] = id
    return id
  }
}
