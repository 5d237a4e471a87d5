import Graph
import ONNX
import Runtime
import Testing

/// Functions that a model defines itself.
struct FunctionTests {
  private func function(_ name: String, nodes: [ONNXNodeProto], opset: Int = 17) -> ONNXFunctionProto {
    .with {
      $0.domain = "local"
      $0.name = name
      $0.input = ["a", "b"]
      $0.output = ["c"]
      $0.node = nodes
      $0.opsetImport = [ModelBuilder.opset("", opset), ModelBuilder.opset("local", 1)]
    }
  }

  private func model(_ functions: [ONNXFunctionProto]) -> ModelBuilder {
    var builder = ModelBuilder(opset: 17)
    builder.proto.opsetImport.append(ModelBuilder.opset("local", 1))
    builder.proto.functions = functions
    builder.input("x", [2, 3])
    builder.node("Twice", ["x", "x"], ["h"], ["slope": .float(0.5)], name: "first", domain: "local")
    builder.node("Twice", ["h"], ["y"], name: "second", domain: "local")
    builder.output("y")
    return builder
  }

  @Test func bodiesReplaceCalls() throws {
    var leaky = ModelBuilder.node("LeakyRelu", ["a"], ["t"], name: "leaky")
    leaky.attribute = [
      .with {
        $0.name = "alpha"
        $0.type = .float
        $0.refAttrName = "slope"
      }
    ]
    var twice = function("Twice", nodes: [leaky, ModelBuilder.node("Max", ["t", "b"], ["c"])])
    twice.attributeProto = [ModelBuilder.attribute("slope", .float(0.25))]
    let graph = try model([twice]).load().graph
    #expect(graph.nodes.map(\.op) == ["LeakyRelu", "Max", "LeakyRelu", "Max"])
    #expect(graph.nodes.map(\.name) == ["first#1/leaky", "first#1/Max_1", "second#2/leaky", "second#2/Max_1"])
    #expect(graph.nodes[0].attributes == ["alpha": .float(0.5)])
    #expect(graph.nodes[2].attributes == ["alpha": .float(0.25)])
    #expect(graph.nodes[1].inputs == [graph.nodes[0].outputs[0], graph.inputs[0]])
    #expect(graph.nodes[3].inputs == [graph.nodes[2].outputs[0]])
  }

  @Test func bodiesHaveTheirOwnOpset() throws {
    let clip = ModelBuilder.node("Clip", ["a"], ["c"], ["min": .float(0)])
    let graph = try model([function("Twice", nodes: [clip], opset: 10)]).load().graph
    #expect(graph.nodes.map(\.op) == ["Clip", "Clip"])
    #expect(graph.constant(graph.nodes[0], 1) == Tensor(scalar: Float(0)))
    let message = try #require(try model([function("Twice", nodes: [clip], opset: 29)]).refusal())
    #expect(message.contains("opset 29 in the function 'Twice'"))
  }

  @Test func functionsCallFunctions() throws {
    let inner = ModelBuilder.node("Inner", ["a", "b"], ["c"], name: "call", domain: "local")
    let neg = ModelBuilder.node("Neg", ["a"], ["c"])
    let graph = try model([function("Twice", nodes: [inner]), function("Inner", nodes: [neg])]).load().graph
    #expect(graph.nodes.map(\.name) == ["first#1/call#2/Neg_0", "second#3/call#4/Neg_0"])
  }

  @Test func endlessCallsAreRefused() throws {
    let again = ModelBuilder.node("Twice", ["a"], ["c"], domain: "local")
    #expect(try #require(try model([function("Twice", nodes: [again])]).refusal()).contains("without end"))
    // Each function calls the next one twice: 2^31 nodes.
    let functions = (0..<31).map { level in
      let next = level == 30 ? "Neg" : "F\(level + 1)"
      let domain = level == 30 ? "" : "local"
      return function(
        level == 0 ? "Twice" : "F\(level)",
        nodes: [
          ModelBuilder.node(next, ["a"], ["t"], domain: domain), ModelBuilder.node(next, ["t"], ["c"], domain: domain),
        ])
    }
    var limits = ImportLimits()
    limits.nodes = 10_000
    #expect(try model(functions).refusal(limits: limits) != nil)
  }

  @Test func longNamesAreNotRepeated() throws {
    let body = [ModelBuilder.node("Neg", ["a"], ["t"]), ModelBuilder.node("Neg", ["t"], ["c"])]
    let long = String(repeating: "n", count: 100_000)
    var callers = model([function("Twice", nodes: body)])
    for position in 0..<2 { callers.proto.graph.node[position].name = long }
    let graph = try callers.load().graph
    #expect(Set(graph.nodes.map(\.name)).count == 4 && graph.nodes.allSatisfy { $0.name.utf8.count < 100 })
    // Names in bodies are as long as the file says, once for every call.
    var bodies = model([function("Twice", nodes: body)])
    bodies.proto.functions[0].node[0].name = long
    var limits = ImportLimits()
    limits.fileBytes = 150_000
    #expect(try #require(try bodies.refusal(limits: limits)).contains("names"))
    limits.fileBytes = 250_000
    #expect(try bodies.refusal(limits: limits) == nil)
  }

  @Test func listsCountForEveryCall() throws {
    var node = ModelBuilder.node("Neg", ["a"], ["c"])
    node.attribute = [
      .with {
        $0.name = "list"
        $0.type = .ints
        $0.refAttrName = "list"
      }
    ]
    var builder = model([function("Twice", nodes: [node])])
    let list = ModelBuilder.attribute("list", .ints(Array(repeating: 1, count: 1_000)))
    for position in 0..<2 { builder.proto.graph.node[position].attribute.append(list) }
    var limits = ImportLimits()
    limits.tensorBytes = 15_999
    #expect(try #require(try builder.refusal(limits: limits)).contains("15999 bytes"))
    limits.tensorBytes = 16_000
    #expect(try builder.refusal(limits: limits) == nil)
  }

  @Test func resultsThatAreOperands() throws {
    var pass = function("Twice", nodes: [])
    pass.output = ["a"]
    let graph = try model([pass]).load().graph
    #expect(graph.nodes.map(\.op) == ["Identity", "Identity"])
  }

  @Test func wrongCalls() throws {
    var builder = model([function("Twice", nodes: [ModelBuilder.node("Neg", ["a"], ["c"])])])
    builder.proto.graph.node[0].input = ["x", "x", "x"]
    #expect(try #require(try builder.refusal()).contains("passes more"))
    var unknown = model([])
    unknown.proto.functions = [function("Other", nodes: [])]
    #expect(try #require(try unknown.refusal()).contains("local.Twice"))
    let twice = function("Twice", nodes: [])
    #expect(try #require(try model([twice, twice]).refusal()).contains("two functions"))
  }
}
