import Foundation
import Graph
import ONNX
import Runtime
import TestSupport
import Testing

/// Models as a whole: interfaces, orders, versions, and everything that is refused.
struct ModelImportTests {
  private func relu(opset: Int = 28, ir: Int = 8) -> ModelBuilder {
    var builder = ModelBuilder(opset: opset, ir: ir)
    builder.input("x", [-1, 3])
    builder.node("Relu", ["x"], ["y"], name: "r")
    builder.output("y", [-1, 3])
    return builder
  }

  @Test func aSmallModel() throws {
    var builder = relu(opset: 17)
    var entry = ONNXStringStringEntryProto()
    (entry.key, entry.value) = ("labels", "cat\ndog")
    builder.proto.metadataProps = [entry]
    builder.proto.producerVersion = "2"
    let model = try builder.load()
    #expect(model.opset == 17 && model.irVersion == 8 && model.producer == "test 2")
    #expect(model.graph.metadata == ["labels": "cat\ndog"])
    #expect(model.graph.nodes.map(\.op) == ["Relu"] && model.graph.nodes[0].name == "r")
    let input = model.graph.values[model.graph.inputs[0].index]
    #expect(input == Graph.Value(name: "x", type: .float32, shape: [.symbolic("N"), .fixed(3)]))
    #expect(model.graph.outputs.map { model.graph.name(of: $0) } == ["y"])
  }

  @Test func initialisersThatAreInputsAreConstants() throws {
    var builder = ModelBuilder(opset: 9, ir: 3)
    builder.input("w", [2])
    builder.input("x", [2])
    builder.initialiser("w", Tensor([1, 2] as [Float], shape: [2]))
    builder.node("Add", ["x", "w"], ["y"])
    builder.output("y")
    let graph = try builder.load().graph
    #expect(graph.inputs.map { graph.name(of: $0) } == ["x"])
    #expect(graph.constants.count == 1)
  }

  @Test func constantNodesBecomeConstants() throws {
    let forms: [(String, Attribute, Tensor)] = [
      ("value", .tensor(Tensor([1, 2] as [Int8], shape: [2])), Tensor([1, 2] as [Int8], shape: [2])),
      ("value_float", .float(2), Tensor(scalar: Float(2))),
      ("value_floats", .floats([2, 3]), Tensor([2, 3] as [Float], shape: [2])),
      ("value_int", .int(-1), Tensor(scalar: Int64(-1))),
      ("value_ints", .ints([4, 5]), Tensor([4, 5] as [Int64], shape: [2])),
    ]
    for (name, attribute, expected) in forms {
      var builder = ModelBuilder()
      builder.node("Constant", [], ["c"], [name: attribute])
      builder.node("Identity", ["c"], ["y"])
      builder.output("y", type: expected.type)
      let graph = try builder.load().graph
      #expect(graph.nodes.map(\.op) == ["Identity"])
      #expect(graph.constants.values.first == expected)
    }
    var text = ModelBuilder()
    text.node("Constant", [], ["y"], ["value_string": .string("a")])
    text.output("y")
    #expect(try #require(try text.refusal()).contains("is text"))
  }

  @Test func nodesAreSorted() throws {
    var builder = ModelBuilder()
    builder.input("x", [1])
    builder.node("Exp", ["b"], ["y"])
    builder.node("Abs", ["a"], ["b"])
    builder.node("Neg", ["x"], ["a"])
    builder.output("y")
    #expect(try builder.load().graph.nodes.map(\.op) == ["Neg", "Abs", "Exp"])
  }

  @Test func leftOutOperandsAndResults() throws {
    var builder = ModelBuilder()
    builder.input("x", [1, 4])
    builder.initialiser("max", Tensor(scalar: Float(6)))
    builder.node("Clip", ["x", "", "max"], ["c"])
    builder.initialiser("k", Tensor([1] as [Int64], shape: [1]))
    builder.node("TopK", ["c", "k"], ["", "y"])
    builder.output("y", type: .int64)
    let graph = try builder.load().graph
    #expect(try graph.node("Clip").inputs.map { $0 == nil } == [false, true, false])
    #expect(try graph.node("TopK").outputs.map { $0 == nil } == [true, false])
  }

  @Test func malformedGraphs() throws {
    func expect(_ part: String, _ change: (inout ModelBuilder) -> Void) throws {
      var builder = relu()
      change(&builder)
      let message = try builder.refusal() ?? "accepted"
      #expect(message.contains(part), "\(message)")
    }
    try expect("cycle") {
      $0.node("Add", ["x", "b"], ["a"])
      $0.node("Neg", ["a"], ["b"])
    }
    try expect("cycle") { $0.node("Neg", ["b"], ["b"]) }
    try expect("uses 'nowhere', which nothing produces") { $0.node("Neg", ["nowhere"], ["b"]) }
    try expect("'y' is produced twice") { $0.node("Neg", ["x"], ["y"]) }
    try expect("'x' is produced twice") { $0.node("Neg", ["y"], ["x"]) }
    try expect("'z' is produced twice") { $0.node("TopK", ["x", "y"], ["z", "z"]) }
    try expect("nothing produces the output 'gone'") { $0.output("gone") }
    try expect("no outputs") { $0.proto.graph.output = [] }
    try expect("no graph") { $0.proto.clearGraph() }
    try expect("imports no operator set") { $0.proto.opsetImport = [] }
    try expect("two versions") { $0.proto.opsetImport.append(ModelBuilder.opset("ai.onnx", 13)) }
    try expect("two inputs 'x'") { $0.input("x", [1]) }
    try expect("attribute 'axis'") {
      $0.node("Softmax", ["x"], ["z"], ["axis": .string("one")]); $0.proto.opsetImport[0].version = 11
    }
    try expect("'w' is produced twice") {
      $0.initialiser("w", Tensor(scalar: Float(0)))
      $0.initialiser("w", Tensor(scalar: Float(0)))
    }
    try expect("input 'huge' claims") { $0.input("huge", [1 << 20, 1 << 20]) }
    try expect("extent") { $0.input("huge", [1 << 40]) }
    try expect("attribute 'a' of node") {
      var node = ModelBuilder.node("Relu", ["x"], ["z"])
      node.attribute = [ONNXAttributeProto.with { $0.name = "a" }]
      $0.proto.graph.node.append(node)
    }
    try expect("has the attribute 'a' twice") {
      var node = ModelBuilder.node("Relu", ["x"], ["z"], ["a": .int(1)])
      node.attribute += node.attribute
      $0.proto.graph.node.append(node)
    }
  }

  @Test func versions() throws {
    #expect(try relu(opset: 7).refusal() == nil)
    #expect(try relu(opset: 28, ir: 14).refusal() == nil)
    #expect(try #require(try relu(opset: 6).refusal()).contains("opset 6"))
    #expect(try #require(try relu(opset: 29).refusal()).contains("opset 29"))
    #expect(try #require(try relu(ir: 15).refusal()).contains("IR version 15"))
    #expect(try #require(try relu(ir: 2).refusal()).contains("IR version 2"))
    #expect(try #require(try relu(opset: -1).refusal()).contains("opset -1"))
  }

  @Test func everyUnsupportedOperatorIsNamedAtOnce() throws {
    var builder = relu(opset: 13)
    builder.proto.opsetImport.append(ModelBuilder.opset("com.microsoft", 1))
    builder.node("LSTM", ["y"], ["a"], name: "lstm_1")
    builder.node("LSTM", ["a"], ["b"], name: "lstm_2")
    builder.node("FusedConv", ["b"], ["c"], name: "fused", domain: "com.microsoft")
    builder.node("Gelu", ["c"], ["d"], name: "early")
    builder.node("Upsample", ["d"], ["e"], name: "late")
    builder.node("Normalizer", ["e"], ["f"], domain: "ai.onnx.ml")
    let message = try #require(try builder.refusal())
    for part in [
      "LSTM (opset 13) in node 'lstm_1', node 'lstm_2'",
      "com.microsoft.FusedConv (opset 1 of 'com.microsoft') in node 'fused'",
      "Gelu (opset 13: it came with 20) in node 'early'", "Upsample (opset 13: it was removed in 10) in node 'late'",
      "ai.onnx.ml.Normalizer", "node 'Normalizer_6'",
    ] { #expect(message.contains(part), "\(part) is missing in: \(message)") }
    var many = relu()
    for index in 0..<30 { many.node("LSTM", ["y"], ["z\(index)"], name: "n\(index)") }
    #expect(try #require(try many.refusal()).contains("node 'n9' and 20 more"))
  }

  @Test func refusedValues() throws {
    var subgraph = relu()
    var node = ModelBuilder.node("Relu", ["y"], ["z"], name: "outer")
    node.attribute = [
      .with {
        $0.name = "body"
        $0.type = .graph
        $0.g = ONNXGraphProto()
      }
    ]
    subgraph.proto.graph.node.append(node)
    #expect(try #require(try subgraph.refusal()).contains("attribute 'body' of node 'outer' (Relu) is a subgraph"))
    var sequence = relu()
    sequence.proto.graph.input.append(
      .with {
        $0.name = "s"
        $0.type.sequenceType = .init()
      })
    #expect(try #require(try sequence.refusal()).contains("input 's' is a sequence"))
    var sparse = relu()
    sparse.proto.graph.sparseInitializer = [ONNXSparseTensorProto()]
    #expect(try #require(try sparse.refusal()).contains("sparse"))
    var text = relu()
    text.proto.graph.input.append(ModelBuilder.info("t", [1]))
    text.proto.graph.input[1].type.tensorType.elemType = 8
    #expect(try #require(try text.refusal()).contains("input 't' has elements of type string"))
    // A declaration of an intermediate value is only a hint.
    var hint = relu()
    hint.proto.graph.valueInfo = [
      .with {
        $0.name = "s"
        $0.type.sequenceType = .init()
      }
    ]
    #expect(try hint.refusal() == nil)
  }

  @Test func limits() throws {
    var limits = ImportLimits()
    limits.nodes = 1
    #expect(try relu().refusal(limits: limits) == nil)
    limits.nodes = 0
    #expect(try #require(try relu().refusal(limits: limits)).contains("nodes"))
    limits = ImportLimits()
    limits.messages = 10
    #expect(try #require(try relu().refusal(limits: limits)).contains("parts"))
    limits = ImportLimits()
    limits.fileBytes = 20
    #expect(try #require(try relu().refusal(limits: limits)).contains("20 bytes"))
  }

  @Test func filesThatAreNoModels() throws {
    let folder = try TemporaryFolder()
    func message(_ name: String) -> String {
      do {
        _ = try ONNXModel.load(path: folder.root + "/" + name)
        return "accepted"
      } catch { return error.message }
    }
    #expect(message("missing.onnx").contains("cannot be read"))
    #expect(message("").contains("cannot be read"))
    try folder.write([], to: "empty.onnx")
    #expect(message("empty.onnx").contains("no graph"))
    try folder.write(Array("<!DOCTYPE html><html>".utf8), to: "page.onnx")
    #expect(message("page.onnx").contains("not a sound ONNX model"))
  }

  @Test func deepNestingIsRefused() throws {
    // Graphs in attributes of nodes of graphs, 10,000 deep.
    var bytes: [UInt8] = []
    func wrapped(_ field: Int, _ content: [UInt8]) -> [UInt8] {
      var length = content.count
      var result = [UInt8(field << 3 | 2)]
      while length >= 0x80 {
        result.append(UInt8(length & 0x7f | 0x80))
        length >>= 7
      }
      return result + [UInt8(length)] + content
    }
    for _ in 0..<2_000 { bytes = wrapped(1, wrapped(5, wrapped(6, bytes))) }
    bytes = wrapped(7, bytes)
    #expect(throws: ONNXError.self) { try bytes.withUnsafeBytes { _ = try ONNXModel.parse($0, file: "deep.onnx") } }
  }
}
