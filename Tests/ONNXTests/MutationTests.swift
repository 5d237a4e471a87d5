import Foundation
import Graph
import ONNX
import Operators
import Runtime
import TestSupport
import Testing

/// Damaged files: refused or read, never a crash, a hang or a giant allocation.
struct MutationTests {
  private enum Outcome { case read, refused }

  private func outcome(_ bytes: [UInt8]) throws -> Outcome {
    do {
      let model = try bytes.withUnsafeBytes { try ONNXModel.parse($0, file: "m.onnx") }
      infer(model.graph)
      return .read
    } catch let error as ONNXError {
      #expect(!error.message.isEmpty)
      return .refused
    }
  }

  /// Shapes of a graph that was read must be found or refused as well.
  private func infer(_ graph: Graph) {
    var inputs: [ValueID: ValueInfo] = [:]
    for id in graph.inputs {
      let value = graph.values[id.index]
      let shape = (value.shape ?? []).map { dimension in
        switch dimension {
        case .fixed(let extent): extent
        case .symbolic, .unknown: 1
        }
      }
      inputs[id] = ValueInfo(type: value.type ?? .float32, shape: shape)
    }
    _ = try? ShapeInference.infer(graph, inputs: inputs)
  }

  private func mutated(_ original: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
    var bytes = original
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
    case 1:
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
    case 2:
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
    case 3:  // a piece is copied elsewhere
      let start = Int.random(in: bytes.indices, using: &generator)
      let piece = bytes[start..<min(bytes.count, start + Int.random(in: 1...64, using: &generator))]
      bytes.insert(contentsOf: Array(piece), at: Int.random(in: bytes.indices, using: &generator))
    case 4:  // a piece is missing
      let start = Int.random(in: bytes.indices, using: &generator)
      bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...64, using: &generator)))
    default:  // a number becomes the largest one
      let start = Int.random(in: bytes.indices, using: &generator)
      bytes.replaceSubrange(
        start..<min(bytes.count, start + 1), with: Array(repeating: 0xff, count: 9) + [0x01])
    }
    return bytes
  }

  @Test func mutationsOfAGeneratedModel() throws {
    let original: [UInt8] = try ExportTests.network().proto.serializedBytes()
    #expect(try outcome(original) == .read)
    var generator = SeededRandom(seed: 2)
    var refused = 0
    for _ in 0..<3_000 where try outcome(mutated(original, &generator)) == .refused { refused += 1 }
    #expect(refused > 1_000 && refused < 3_000)
  }

  @Test func everyTruncationOfAGeneratedModel() throws {
    let original: [UInt8] = try ExportTests.network().proto.serializedBytes()
    for count in 0..<original.count { _ = try outcome(Array(original.prefix(count))) }
  }

  @Test(.enabled(if: !SharedFolder.models.isEmpty, "the shared models are not there"))
  func mutationsOfARealModel() throws {
    let folder = try #require(SharedFolder.path)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/models/mobilenet-v1-0.25-128-qdq.onnx"))
    let original = [UInt8](data)
    var generator = SeededRandom(seed: 3)
    var refused = 0
    for _ in 0..<200 where try outcome(mutated(original, &generator)) == .refused { refused += 1 }
    #expect(refused > 20)
  }
}
