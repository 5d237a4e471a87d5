import Architectures
import Compiler
import Datasets
import Foundation
import Graph
import Imaging
import ONNX
import Operators
import Pruning
import Runtime
import Testing

/// Channels removed for real: the smaller network computes what the larger one does with zeros in their place.
@Suite struct RemovalTests {
  /// Every other channel of every group, fewer of wide ones: one at least stays.
  private func choice(_ coupled: CoupledChannels, seed: UInt64) -> Set<Int32> {
    var random = SeededGenerator(seed: seed)
    var result = Set<Int32>()
    for group in coupled.groups {
      var stays = group.channels.count
      for channel in group.channels where stays > 1 && random.next() % 3 == 0 {
        result.insert(channel.id)
        stays -= 1
      }
    }
    return result
  }

  /// Compares outputs for a batch of pictures by compiled plans.
  ///
  /// - Parameter choice: The channels to remove; where it is not given, some of each group.
  func expectEqual(
    _ network: Graph, seed: UInt64 = 1, tolerance: Double = 1e-4, choice: ((CoupledChannels) -> Set<Int32>)? = nil
  ) throws {
    let coupled = try CoupledChannels(network)
    try #require(!coupled.groups.isEmpty)
    let removed = choice?(coupled) ?? self.choice(coupled, seed: seed)
    try #require(!removed.isEmpty)
    let (smaller, masked) = (try coupled.removing(removed), try coupled.masking(removed))
    #expect(parameters(smaller) < parameters(network))
    let input = try #require(network.inputs.first { network.constants[$0] == nil })
    let shape = try #require(InputSpecification(batch: 2).resolve(smaller)[input]?.shape)
    var random = SeededGenerator(seed: seed)
    let picture = Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) }, shape: shape)
    let name = network.name(of: input)
    let expected = try PlanRunner.run(masked, [name: picture])
    let actual = try PlanRunner.run(smaller, [name: picture])
    let scale = expected[0].doubles.map(abs).max() ?? 0
    let worst = zip(expected[0].doubles, actual[0].doubles).map { abs($0 - $1) }.max() ?? .infinity
    #expect(expected[0].shape == actual[0].shape)
    #expect(scale > 0 && worst <= tolerance * scale, "\(worst) of \(scale)")
  }

  private func parameters(_ graph: Graph) -> Int {
    graph.constants.values.filter { $0.type == .float32 }.reduce(0) { $0 + $1.elementCount }
  }

  @Test(arguments: Architecture.all.map(\.name)) func everyArchitecture(_ name: String) throws {
    let architecture = try #require(Architecture.named(name))
    var parameters = architecture.parameters(seed: 3)
    // Large pictures only cost time.
    if name == "resnet18" || name == "resnet50" || name.hasPrefix("mobilenet-v") {
      parameters.inputSize = PixelSize(square: 64)
    }
    try expectEqual(try architecture.graph(parameters))
  }

  /// Networks that others trained, beside this project's folder.
  private static let sharedModels =
    ProcessInfo.processInfo.environment["EDGE_RUN_SHARED"].map { "\($0)/models" }
    ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/models").standardizedFileURL.path

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: sharedModels), "the shared models are not there"),
    arguments: [
      "mobilenet-v1-0.25-128", "mobilenet-v2-1.0-224", "squeezenet1.1", "resnet20-cifar10", "resnet56-cifar10",
    ])
  func everySharedModel(_ name: String) throws {
    try expectEqual(try ONNXModel.load(path: "\(Self.sharedModels)/\(name).onnx").graph)
  }

  @Test func theShippedNetwork() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    try expectEqual(try ONNXModel.load(path: root.appendingPathComponent("models/signs.onnx").path).graph)
  }

  /// As PyTorch's newer exporter writes networks: sizes and biases are computed while they run, the batch among them.
  @Test func computedSizes() throws {
    let architecture = try #require(Architecture.named("signnet"))
    try expectEqual(withComputedSizes(try architecture.graph(architecture.parameters(seed: 3))))
  }

  /// Gives every convolution a bias of zeros in the size of its weights, and flattens by a size that is put together.
  private func withComputedSizes(_ network: Graph) -> Graph {
    var graph = network
    let zero = graph.addConstant("zero", Tensor([0 as Float], shape: []))
    let one = graph.addConstant("one", Tensor([1 as Int64], shape: [1]))
    graph.nodes = []
    func add(_ op: String, _ inputs: [ValueID], _ attributes: [String: Attribute] = [:]) -> ValueID {
      let result = graph.addValue("computed\(graph.nodes.count)")
      graph.nodes.append(
        Node(name: "computed\(graph.nodes.count)", op: op, inputs: inputs, outputs: [result], attributes: attributes))
      return result
    }
    let first: [String: Attribute] = ["start": .int(0), "end": .int(1)]
    let typedZero = add("CastLike", [zero, graph.inputs[0]])
    for var node in network.nodes {
      if node.op == "Conv", let weights = node.input(1), node.inputs.count == 2 {
        node.inputs.append(add("Expand", [typedZero, add("Expand", [add("Shape", [weights], first), one])]))
      } else if node.op == "Flatten", let x = node.input(0) {
        let rest = graph.addConstant("rest", Tensor([-1 as Int64], shape: [1]))
        let size = add("Concat", [add("Shape", [graph.inputs[0]], first), rest], ["axis": .int(0)])
        node = Node(name: node.name, op: "Reshape", inputs: [x, size], outputs: node.outputs)
      }
      graph.nodes.append(node)
    }
    return graph
  }

  @Test func optionAShortcutsCoupleStages() throws {
    let architecture = try #require(Architecture.named("resnet20"))
    let coupled = try CoupledChannels(try architecture.graph(architecture.parameters(seed: 1)))
    // Nine inner convolutions alone, and one group of everything that residual additions join.
    let alone = coupled.groups.filter { $0.producers.count == 1 }
    #expect(alone.count == 9 && alone.map(\.channels.count) == [16, 16, 16, 32, 32, 32, 64, 64, 64])
    let joined = coupled.groups.filter { $0.producers.count > 1 }
    #expect(joined.reduce(0) { $0 + $1.channels.count } == 64)
  }

  @Test func nothingIsEmptied() throws {
    let architecture = try #require(Architecture.named("resnet20"))
    let coupled = try CoupledChannels(try architecture.graph(architecture.parameters(seed: 1)))
    let group = try #require(coupled.groups.first { $0.producers.count == 1 })
    #expect(throws: PruningError.self) { try coupled.removing(Set(group.channels.map(\.id))) }
    #expect(throws: Never.self) { try coupled.removing(Set(group.channels.dropFirst().map(\.id))) }
  }
}
