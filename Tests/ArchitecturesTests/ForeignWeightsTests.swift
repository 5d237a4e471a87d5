import Architectures
import Foundation
import Graph
import ONNX
import Operators
import Testing

/// The built-in architectures with weights that others trained: names, shapes and meaning are those of the originals.
@Suite struct ForeignWeightsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let shared =
    ProcessInfo.processInfo.environment["EDGE_RUN_SHARED"] ?? root.appendingPathComponent("../shared").path

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: shared), "no shared models"),
    arguments: ["resnet20", "resnet56"])
  func sharedResidualNetworks(name: String) throws {
    try check(name, file: "\(Self.shared)/models/\(name)-cifar10.onnx", pictures: 1)
  }

  @Test func shippedSignNetwork() throws {
    try check("signnet", file: Self.root.appendingPathComponent("models/signs.onnx").path, pictures: 2)
  }

  /// Takes the file's weights into the architecture by name; both then compute the same.
  private func check(_ name: String, file: String, pictures: Int) throws {
    let architecture = try #require(Architecture.named(name))
    var graph = try architecture.graph(architecture.parameters())
    let foreign = try ONNXModel.load(path: file).graph
    let weights = Dictionary(uniqueKeysWithValues: foreign.constants.map { (foreign.name(of: $0.key), $0.value) })
    for (id, own) in graph.constants where own.type == .float32 {
      let other = try #require(weights[graph.name(of: id)], "\(graph.name(of: id))")
      #expect(other.shape == own.shape, "\(graph.name(of: id))")
      graph.constants[id] = other
    }
    var noise = NoiseSource(seed: 2)
    let size = architecture.inputSize
    let picture = noise.tensor([pictures, 3, size.height, size.width])
    let expected = try ReferenceInterpreter(foreign).run([foreign.inputs[0]: picture])[0].doubles
    let actual = try ReferenceInterpreter(graph).run([graph.inputs[0]: picture])[0].doubles
    #expect(expected.count == actual.count)
    let scale = expected.map(abs).max() ?? 0
    for (e, a) in zip(expected, actual) { #expect(abs(e - a) <= 1e-5 * scale) }
  }
}
