import Architectures
import Compiler
import Datasets
import Graph
import Imaging
import Pruning
import Testing

/// Gates of 1 change nothing, gates of 0 do what removal does.
@Suite struct ChannelGatesTests {
  private func pictures(_ graph: Graph, seed: UInt64 = 1) throws -> [String: Tensor] {
    let input = try #require(graph.inputs.first { graph.constants[$0] == nil })
    let shape = try #require(InputSpecification(batch: 2).resolve(graph)[input]?.shape)
    var random = SeededGenerator(seed: seed)
    return [
      graph.name(of: input): Tensor(
        (0..<shape.reduce(1, *)).map { _ in Float(random.uniform(-1...1)) }, shape: shape)
    ]
  }

  private func expectEqual(_ network: Graph, _ others: [(graph: Graph, name: String)]) throws {
    let pictures = try pictures(network)
    let expected = try PlanRunner.run(network, pictures)[0]
    let scale = expected.doubles.map(abs).max() ?? 0
    for (graph, name) in others {
      let actual = try PlanRunner.run(graph, pictures)[0]
      let worst = zip(expected.doubles, actual.doubles).map { abs($0 - $1) }.max() ?? .infinity
      #expect(expected.shape == actual.shape && scale > 0 && worst <= 1e-4 * scale, "\(name): \(worst) of \(scale)")
    }
  }

  @Test(arguments: Architecture.all.map(\.name)) func outputsStay(_ name: String) throws {
    let architecture = try #require(Architecture.named(name))
    var parameters = architecture.parameters(seed: 3)
    // Large pictures only cost time.
    if parameters.inputSize.width > 64 { parameters.inputSize = PixelSize(square: 32) }
    let coupled = try CoupledChannels(try architecture.graph(parameters))
    let groups = try ChannelGates(coupled, .groups)
    #expect(groups.gates.map(\.channels) == coupled.groups.map(\.channels.count))
    let layers = try ChannelGates(coupled, .layers)
    #expect(layers.gates.map(\.layers) == Set(coupled.groups.flatMap(\.producers)).sorted().map { [$0] })
    #expect(Set(layers.gates.map(\.name)).count == layers.gates.count)
    #expect(Set(groups.gates.map(\.name)).count == groups.gates.count)
    try expectEqual(coupled.graph, [(groups.graph, "\(name), groups"), (layers.graph, "\(name), layers")])
  }

  /// Option-A shortcuts make layers that have channels of several groups.
  @Test(arguments: ["resnet20", "mobilenet-v2-cifar", "densenet40", "signnet"])
  func closedGatesAreMasks(_ name: String) throws {
    let architecture = try #require(Architecture.named(name))
    let coupled = try CoupledChannels(try architecture.graph(architecture.parameters(seed: 3)))
    let gated = try ChannelGates(coupled, .groups)
    var graph = gated.graph
    var removed = Set<Int32>()
    for (group, gate) in zip(coupled.groups, gated.gates) {
      var values = Array(repeating: 1.0, count: gate.channels)
      for place in stride(from: 0, to: gate.channels - 1, by: 3) {
        values[place] = 0
        removed.insert(group.channels[place].id)
      }
      graph.constants[gate.parameter] = Tensor(type: .float32, shape: [gate.channels], doubles: values)
    }
    try expectEqual(coupled.masking(removed), [(graph, name)])
  }
}
