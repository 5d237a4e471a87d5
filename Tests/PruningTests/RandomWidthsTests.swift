import Architectures
import Compiler
import Graph
import Operators
import Pruning
import Testing

/// Networks whose channels went at random.
@Suite struct RandomWidthsTests {
  private func multiplyAccumulates(_ network: Graph) throws -> Double {
    let infos = try ShapeInference.infer(network, inputs: InputSpecification(batch: 1).resolve(network))
    return Double(GraphStatistics(network, infos: infos).multiplyAccumulates)
  }

  private func widths(_ network: Graph) throws -> [Int] {
    try CoupledChannels(network).groups.map(\.channels.count)
  }

  @Test(arguments: ["resnet20", "mobilenet-v2-cifar"], [0.3, 0.5, 0.8]) func theShareIsMet(
    _ name: String, share: Double
  ) throws {
    let architecture = try #require(Architecture.named(name))
    let whole = try architecture.graph(architecture.parameters(seed: 1))
    let network = try RandomWidths(CoupledChannels(whole), seed: 5).network(withoutMultiplyAccumulates: share)
    let left = try multiplyAccumulates(network) / multiplyAccumulates(whole)
    #expect(left <= 1 - share && left > 0.85 * (1 - share), "\(left)")
    let (before, after) = (try widths(whole), try widths(network))
    #expect(after.count == before.count && after.allSatisfy { $0 % 2 == 1 }, "\(after)")
    let shares = zip(before, after).map { Double($1) / Double($0) }
    #expect(shares.max()! - shares.min()! > 0.1)
  }

  @Test func seedsDecide() throws {
    let architecture = try #require(Architecture.named("resnet20"))
    let coupled = try CoupledChannels(architecture.graph(architecture.parameters(seed: 1)))
    func network(_ seed: UInt64) throws -> Graph {
      try RandomWidths(coupled, seed: seed).network(withoutMultiplyAccumulates: 0.5)
    }
    #expect(try widths(network(1)) == widths(network(1)))
    #expect(try widths(network(1)) != widths(network(2)))
    // A share that cannot be met: every group keeps a channel.
    #expect(try widths(RandomWidths(coupled, seed: 1).network(withoutMultiplyAccumulates: 1)).allSatisfy { $0 == 1 })
  }
}
