import Foundation
import Graph
import ONNX
import Runtime
import TestSupport
import Testing

/// Graphs written as files and read again.
struct ExportTests {
  /// A network with most of what a file can hold.
  static func network() -> ModelBuilder {
    var builder = ModelBuilder(opset: 12)
    builder.input("image", [-1, 3, 8, 8])
    builder.input("mask", [-2, 4], type: .bool)
    var generator = SeededRandom(seed: 1)
    let weights = (0..<4 * 3 * 9).map { _ in Float.random(in: -1...1, using: &generator) }
    builder.initialiser("w", Tensor(weights, shape: [4, 3, 3, 3]))
    builder.initialiser("half", Tensor([0.5, 2] as [Float16], shape: [2]))
    builder.initialiser("unused", Tensor([1] as [Int8], shape: [1]))
    builder.initialiser("zero_point", Tensor(scalar: UInt8(3)))
    builder.node(
      "Conv", ["image", "w"], ["conv"], ["pads": .ints([1, 1, 1, 1]), "auto_pad": .string("NOTSET")], name: "stem")
    builder.node("Clip", ["conv"], ["clipped"])
    builder.node("ReduceMean", ["clipped"], ["pooled"], ["axes": .ints([2, 3]), "keepdims": .int(0)])
    builder.node("Constant", [], ["slope"], ["value_float": .float(0.25)])
    builder.node("PRelu", ["pooled", "slope"], ["active"])
    builder.node("Softmax", ["active"], ["scores"], ["axis": .int(1)])
    builder.node("Where", ["mask", "scores", "active"], ["chosen"])
    builder.node("ConstantOfShape", ["shape"], ["filled"], ["value": .tensor(Tensor([7] as [Int32], shape: [1]))])
    builder.initialiser("shape", Tensor([2, 2] as [Int64], shape: [2]))
    builder.node("Cast", ["half"], ["wide"], ["to": .int(1)])
    builder.node("Dropout", ["chosen"], ["kept", ""])
    builder.output("scores", [-1, 4])
    builder.output("kept")
    builder.output("filled", [2, 2], type: .int32)
    builder.output("wide", [2])
    builder.proto.graph.valueInfo = [ModelBuilder.info("conv", [-1, 4, 8, 8])]
    builder.proto.metadataProps = [
      .with { ($0.key, $0.value) = ("labels", "a\nb\nc\nd") },
      .with { ($0.key, $0.value) = ("preprocessing", "imagenet") },
    ]
    return builder
  }

  private func reread(_ graph: Graph) throws -> Graph {
    let bytes = try ONNXModel.encode(graph)
    return try bytes.withUnsafeBytes { try ONNXModel.parse($0, file: "again.onnx") }.graph
  }

  @Test func roundTripIsEqual() throws {
    var graph = try Self.network().load().graph
    // What nothing uses is not written.
    graph.constants = graph.constants.filter {
      graph.name(of: $0.key) != "unused" && graph.name(of: $0.key) != "zero_point"
    }
    let again = try reread(graph)
    #expect(again.canonical == graph.canonical)
    #expect(again.metadata["labels"] == "a\nb\nc\nd")
    #expect(try ONNXModel.encode(again) == ONNXModel.encode(try reread(again)))
  }

  @Test func theLowestOpsetThatDoes() throws {
    func opset(_ node: ONNXNodeProto) throws -> (opset: Int64, ir: Int64) {
      var builder = ModelBuilder()
      builder.input("x", [1, 4, 2, 2])
      builder.proto.graph.node = [node]
      builder.output("y")
      let proto = try ONNXModel.proto(try builder.load().graph)
      return (proto.opsetImport[0].version, proto.irVersion)
    }
    #expect(try opset(ModelBuilder.node("Relu", ["x"], ["y"])) == (21, 10))
    #expect(try opset(ModelBuilder.node("SpaceToDepth", ["x"], ["y"], ["blocksize": .int(2)])) == (21, 10))
    #expect(
      try opset(ModelBuilder.node("SpaceToDepth", ["x"], ["y"], ["blocksize": .int(2), "mode": .string("CRD")])) == (
        28, 14
      ))
    #expect(try opset(ModelBuilder.node("Resize", ["x"], ["y"])) == (21, 10))
    let pool = { (mode: Int) in ModelBuilder.node("MaxPool", ["x"], ["y"], ["ceil_mode": .int(mode)]) }
    #expect(try opset(pool(0)) == (21, 10))
    #expect(try opset(pool(1)) == (22, 10))
    #expect(try opset(ModelBuilder.node("Celu", ["x"], ["y"])) == (21, 10))
    var half = ModelBuilder()
    half.input("x", [1], type: .float16)
    half.node("Celu", ["x"], ["y"])
    half.output("y", type: .float16)
    #expect(try ONNXModel.proto(try half.load().graph).opsetImport[0].version == 28)
  }

  @Test func internalFormsAreRefused() throws {
    var graph = try Self.network().load().graph
    graph.nodes[0].attributes["edge.activation"] = .int(1)
    #expect(throws: ONNXError.self) { try ONNXModel.encode(graph) }
    graph.nodes[0].attributes["edge.activation"] = nil
    graph.nodes[0].op = "FusedConv"
    #expect(throws: ONNXError.self) { try ONNXModel.encode(graph) }
    graph.nodes[0].op = "Conv"
    graph.nodes[0].inputs += [nil, graph.inputs[0]]
    #expect(throws: ONNXError.self) { try ONNXModel.encode(graph) }
    graph.nodes.swapAt(0, 1)
    #expect(throws: ONNXError.self) { try ONNXModel.encode(graph) }
  }

  @Test func namesBecomeUnique() throws {
    var graph = Graph(name: "")
    let x = graph.addValue("v", type: .float32, shape: [.fixed(1)])
    let a = graph.addValue("v")
    let b = graph.addValue("")
    let y = graph.addValue("v")
    graph.inputs = [x]
    graph.outputs = [y]
    graph.nodes = [
      Node(name: "1", op: "Shape", inputs: [x], outputs: [a]), Node(name: "2", op: "Neg", inputs: [a], outputs: [b]),
      Node(name: "3", op: "Abs", inputs: [b], outputs: [y]),
    ]
    let again = try reread(graph)
    #expect(again.nodes.map(\.op) == ["Shape", "Neg", "Abs"])
    #expect(Set(again.values.map(\.name)).count == 4)
    // A file states the types of its outputs: they are worked out where the graph does not.
    #expect(again.values[again.outputs[0].index].type == .int64)
  }

  @Test func filesAppearWhole() throws {
    let folder = try TemporaryFolder()
    let graph = try Self.network().load().graph
    let path = folder.root + "/model.onnx"
    try ONNXModel.save(graph, to: path, replace: false)
    #expect(try ONNXModel.load(path: path).graph.nodes.count == graph.nodes.count)
    do {
      try ONNXModel.save(graph, to: path, replace: false)
      Issue.record("an existing file was replaced")
    } catch ONNXError.cannotCreate(let file, let reason) {
      #expect(file == path && reason.contains("--force"))
    }
    try ONNXModel.save(graph, to: path, replace: true)
    #expect(throws: ONNXError.self) {
      try ONNXModel.save(graph, to: folder.root + "/no/such/model.onnx", replace: true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["model.onnx"])
  }
}
