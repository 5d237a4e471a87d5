import Datasets
import Foundation
import Graph
import Runtime
import TestSupport
import Testing
import Training

/// Damaged checkpoints: an error or the content that was written, never a crash or a giant allocation.
@Suite struct CheckpointMutationTests {
  private let original: [UInt8]
  private let directoryEnd: Int

  init() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.ckpt")
    var graph = Graph(name: "tiny")
    let x = graph.addValue("x", type: .float32, shape: [.symbolic("batch"), .fixed(4)])
    let w = graph.addConstant("w", Tensor(shape: [4, 2], repeating: 1))
    let y = graph.addValue("y")
    graph.inputs = [x]
    graph.nodes = [Node(name: "product", op: "MatMul", inputs: [x, w], outputs: [y])]
    graph.outputs = [y]
    try Checkpoint.save(
      to: path, fingerprint: NetworkFingerprint(graph), values: CheckpointTests.values,
      tensors: CheckpointTests.tensors.map { CheckpointItem($0.name, $0.tensor) })
    original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    directoryEnd = 64 + original.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 24, as: UInt64.self)) }
  }

  /// Reads everything that a file holds; nil where it is refused.
  private func content(_ bytes: [UInt8]) throws -> [String: [UInt8]]? {
    let checkpoint: Checkpoint
    do throws(CheckpointError) {
      checkpoint = try Checkpoint.parse(bytes, path: "damaged")
    } catch {
      #expect(!error.message.isEmpty)
      return nil
    }
    var result: [String: [UInt8]] = [:]
    for entry in checkpoint.entries { result[entry.name] = try checkpoint.tensor(entry.name).bytes }
    return result
  }

  private func mutated(_ generator: inout SeededGenerator, in range: Range<Int>) -> [UInt8] {
    var bytes = original
    for _ in 0...generator.below(3) {
      let position = range.lowerBound + generator.below(range.count)
      switch generator.below(4) {
      case 0: bytes[position] ^= 1 << UInt8(generator.below(8))
      case 1: bytes[position] = UInt8(truncatingIfNeeded: generator.next())
      case 2:
        // A count or extent of any size.
        let extreme = [0, 0xFF, 0x7F, 0x80][generator.below(4)]
        for offset in position..<min(position + 1 + generator.below(8), range.upperBound) {
          bytes[offset] = UInt8(extreme)
        }
      default:
        let other = range.lowerBound + generator.below(range.count)
        bytes.swapAt(position, other)
      }
    }
    return bytes
  }

  @Test func damageIsFound() throws {
    let expected = try #require(try content(original))
    var generator = SeededGenerator(seed: 11)
    var refused = 0
    for _ in 0..<2000 {
      let bytes = mutated(&generator, in: 0..<original.count)
      if let content = try content(bytes) {
        #expect(content == expected)
      } else {
        refused += 1
      }
    }
    #expect(refused > 1000)
  }

  @Test func everyTruncationIsFound() throws {
    for count in 0..<original.count { #expect(try content(Array(original.prefix(count))) == nil) }
    #expect(try content(original + [0]) == nil)
  }

  /// With a checksum that fits, the directory's own checks have to hold.
  @Test func hostileDirectoriesAreHarmless() throws {
    var generator = SeededGenerator(seed: 12)
    var refused = 0
    for _ in 0..<4000 {
      var bytes = mutated(&generator, in: 64..<directoryEnd)
      if generator.chance(0.2) {
        // The directory's length as well.
        let length = UInt64(generator.below(bytes.count))
        withUnsafeBytes(of: length.littleEndian) { bytes.replaceSubrange(24..<32, with: $0) }
      }
      seal(&bytes)
      if try content(bytes) == nil { refused += 1 }
    }
    #expect(refused > 1000)
  }

  /// Makes the directory's checksum fit.
  private func seal(_ bytes: inout [UInt8]) {
    for position in 32..<40 { bytes[position] = 0 }
    let length = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 24, as: UInt64.self) }
    let end = 64 + Int(clamping: length)
    guard end <= bytes.count else { return }
    let checksum = bytes[..<end].withUnsafeBytes { xxh64($0) }
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(32..<40, with: $0) }
  }
}
