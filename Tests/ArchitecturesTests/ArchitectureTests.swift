import Architectures
import Compiler
import Graph
import Imaging
import ONNX
import Operators
import Runtime
import Testing

/// Sizes of the built-in architectures as PyTorch's implementations have them (torchvision where there is one).
@Suite struct ArchitectureTests {
  struct Published: Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: Int
    let multiplyAccumulates: Int
    var testDescription: String { name }
  }

  static let published = [
    Published(name: "resnet20", parameters: 269_722, multiplyAccumulates: 40_551_040),
    Published(name: "resnet32", parameters: 464_154, multiplyAccumulates: 68_862_592),
    Published(name: "resnet44", parameters: 658_586, multiplyAccumulates: 97_174_144),
    Published(name: "resnet56", parameters: 853_018, multiplyAccumulates: 125_485_696),
    Published(name: "resnet110", parameters: 1_727_962, multiplyAccumulates: 252_887_680),
    Published(name: "vgg16-bn", parameters: 14_724_042, multiplyAccumulates: 313_201_664),
    Published(name: "mobilenet-v2-cifar", parameters: 2_236_682, multiplyAccumulates: 87_976_448),
    Published(name: "densenet40", parameters: 1_059_298, multiplyAccumulates: 282_917_328),
    Published(name: "resnet18", parameters: 11_689_512, multiplyAccumulates: 1_814_073_344),
    Published(name: "resnet50", parameters: 25_557_032, multiplyAccumulates: 4_089_184_256),
    Published(name: "mobilenet-v1", parameters: 4_231_976, multiplyAccumulates: 568_740_352),
    Published(name: "mobilenet-v2", parameters: 3_504_872, multiplyAccumulates: 300_774_272),
    Published(name: "signnet", parameters: 162_256, multiplyAccumulates: 16_472_832),
  ]

  private func sizes(_ architecture: Architecture) throws -> Graph {
    try architecture.graph(
      NetworkParameters(
        classCount: architecture.classCount, inputSize: architecture.inputSize, initialisation: .zeros))
  }

  @Test func thereAreNoOthers() {
    #expect(Architecture.all.map(\.name) == Self.published.map(\.name))
    #expect(Architecture.named("resnet21") == nil)
  }

  @Test(arguments: published)
  func sizesAreThePublishedOnes(_ published: Published) throws {
    let graph = try sizes(try #require(Architecture.named(published.name)))
    #expect(trainableElements(graph) == published.parameters)
    let infos = try ShapeInference.infer(graph, inputs: InputSpecification().resolve(graph))
    #expect(GraphStatistics(graph, infos: infos).multiplyAccumulates == published.multiplyAccumulates)
    let names = graph.values.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Set(graph.nodes.map(\.name)).count == graph.nodes.count)
  }

  /// Elements of the weights that a training changes.
  private func trainableElements(_ graph: Graph) -> Int {
    graph.nodes.reduce(0) { sum, node in
      let trained =
        switch node.op {
        case "Conv", "Gemm", "BatchNormalization": node.inputs.dropFirst().prefix(2)
        default: node.inputs.prefix(0)
        }
      return sum + trained.reduce(0) { $0 + ($1.flatMap { graph.constants[$0]?.elementCount } ?? 0) }
    }
  }

  /// Smaller pictures than the networks are made for: the reference interpreter is slow.
  static let runs = [
    ("resnet20", 16), ("resnet32", 8), ("resnet110", 8), ("vgg16-bn", 32), ("mobilenet-v2-cifar", 16),
    ("densenet40", 12), ("resnet18", 32), ("resnet50", 32), ("mobilenet-v1", 32), ("mobilenet-v2", 32), ("signnet", 32),
  ]

  @Test(arguments: runs)
  func planEqualsReference(name: String, side: Int) throws {
    let architecture = try #require(Architecture.named(name))
    let graph = try architecture.graph(
      NetworkParameters(classCount: 7, inputSize: PixelSize(square: side), initialisation: .random(seed: 5)))
    var noise = NoiseSource(seed: 9)
    let picture = noise.tensor([2, 3, side, side])
    let expected = try ReferenceInterpreter(graph).run([graph.inputs[0]: picture])[0]
    #expect(expected.shape == [2, 7])
    let scale = expected.doubles.map(abs).max() ?? 0
    #expect(scale > 0 && scale.isFinite)
    let actual = try PlanRunner.run(graph, ["input": picture])[0]
    for (e, a) in zip(expected.doubles, actual.doubles) { #expect(abs(e - a) <= 2e-5 * scale, "\(name)") }
  }

  @Test(arguments: ["resnet20", "mobilenet-v2-cifar", "signnet"])
  func equalSeedsGiveEqualWeights(name: String) throws {
    let architecture = try #require(Architecture.named(name))
    let first = try architecture.graph(architecture.parameters(seed: 3))
    #expect(try architecture.graph(architecture.parameters(seed: 3)).constants == first.constants)
    let other = try architecture.graph(architecture.parameters(seed: 4))
    for node in first.nodes where node.op == "Conv" {
      let weights = try #require(node.input(1))
      #expect(first.constants[weights] != other.constants[weights])
    }
    // The number of classes changes nothing but the classifier.
    var parameters = architecture.parameters(seed: 3)
    parameters.classCount = 100
    let wider = try architecture.graph(parameters)
    for (id, tensor) in first.constants where wider.constants[id] != tensor {
      #expect(first.name(of: id).hasPrefix("classifier") || first.name(of: id).hasPrefix("linear"))
    }
  }

  /// He's initialisation: mean 0, variance 2 / fan out.
  @Test func weightsHaveTheirVariance() throws {
    let architecture = try #require(Architecture.named("resnet20"))
    let graph = try architecture.graph(architecture.parameters(seed: 1))
    let id = ValueID(try #require(graph.values.firstIndex { $0.name == "layer3.1.conv1.weight" }))
    let weights = try #require(graph.constants[id]).doubles
    let mean = weights.reduce(0, +) / Double(weights.count)
    let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(weights.count)
    let expected = 2 / Double(64 * 9)
    #expect(abs(mean) < 4 * (expected / Double(weights.count)).squareRoot())
    #expect(abs(variance / expected - 1) < 0.03)
  }

  @Test(arguments: Architecture.all.map(\.name).filter { !["vgg16-bn", "resnet18", "resnet50"].contains($0) })
  func fileRoundTrip(name: String) throws {
    let architecture = try #require(Architecture.named(name))
    let graph = try architecture.graph(architecture.parameters())
    let again = try ONNXModel.encode(graph).withUnsafeBytes { try ONNXModel.parse($0, file: "again.onnx") }.graph
    #expect(again.metadata == graph.metadata)
    #expect(again.nodes.map(\.op) == graph.nodes.map(\.op))
    #expect(again.nodes.map(\.name) == graph.nodes.map(\.name))
    #expect(again.nodes.map(\.attributes) == graph.nodes.map(\.attributes))
    let tensors = { (graph: Graph) in
      Dictionary(uniqueKeysWithValues: graph.constants.map { (graph.name(of: $0.key), $0.value) })
    }
    #expect(tensors(again) == tensors(graph))
    #expect(again.values[again.inputs[0].index].shape?.first == .symbolic("batch"))
  }

  @Test func preprocessingIsInTheFile() throws {
    for architecture in Architecture.all {
      let size = PixelSize(square: 48)
      let parameters = NetworkParameters(classCount: 3, inputSize: size, initialisation: .zeros)
      let text = try #require(try architecture.graph(parameters).metadata["preprocessing"])
      #expect(try Preprocessing(text: text) == architecture.preprocessing(inputSize: size))
      #expect(try Preprocessing(text: text).outputSize == size)
    }
  }

  @Test func impossibleParametersAreErrors() throws {
    let architecture = try #require(Architecture.named("vgg16-bn"))
    for (classes, side) in [(0, 32), (-1, 32), (Int.max, 32), (10, 31), (10, Int.max), (10, 0)] {
      #expect(throws: GraphError.self) {
        try architecture.graph(
          NetworkParameters(
            classCount: classes, inputSize: PixelSize(square: side), initialisation: .zeros))
      }
    }
  }
}
