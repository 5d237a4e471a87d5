import Architectures
import Datasets
import Foundation
import Graph
import Imaging
import Runtime
import TestSupport
import Testing
import Training

@Suite struct CheckpointTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("state.ckpt") }

  init() throws { folder = try TemporaryFolder() }

  static func network(classes: Int = 10, side: Int = 32, name: String = "resnet20") throws -> Graph {
    let architecture = try #require(Architecture.named(name))
    return try architecture.graph(
      NetworkParameters(classCount: classes, inputSize: PixelSize(square: side), initialisation: .zeros))
  }

  static let tensors: [(name: String, tensor: Tensor)] = [
    ("weights", Tensor([1.5, -2, 0, .infinity, 5, 6] as [Float], shape: [2, 3])),
    ("scalar", Tensor(scalar: 7 as Double)), ("empty", Tensor([] as [Int64], shape: [0, 4])),
    ("bytes", Tensor((0..<200).map { UInt8($0) }, shape: [200])), ("half", Tensor([0.5] as [Float16], shape: [1])),
  ]

  static let values: [String: CheckpointValue] = [
    "epoch": .integer(-3), "step": .integer(.max), "best": .real(0.8125), "nan": .real(.infinity),
    "schedule": .text("cosine:final=0.01 \u{1F600}"), "shuffle": .words(RandomState(SeededGenerator(seed: 4)).words),
    "nothing": .words([]),
  ]

  private func save(_ graph: Graph, tensors: [(name: String, tensor: Tensor)] = CheckpointTests.tensors) throws {
    try Checkpoint.save(
      to: path, fingerprint: NetworkFingerprint(graph), values: Self.values,
      tensors: tensors.map { CheckpointItem($0.name, $0.tensor) })
  }

  @Test func whatWasWrittenIsRead() throws {
    let graph = try Self.network()
    try save(graph)
    let checkpoint = try Checkpoint.load(path: path)
    #expect(checkpoint.values == Self.values)
    #expect(checkpoint.entries.map(\.name) == Self.tensors.map(\.name))
    for (name, tensor) in Self.tensors {
      #expect(try checkpoint.tensor(name) == tensor)
      let bytes = try checkpoint.withBytes(of: name, type: tensor.type, shape: tensor.shape) { Array($0) }
      #expect(bytes == tensor.bytes)
    }
    try checkpoint.require(NetworkFingerprint(graph))
    #expect(try checkpoint.integer("epoch") == -3)
    #expect(try checkpoint.real("best") == 0.8125)
    #expect(try checkpoint.text("schedule") == "cosine:final=0.01 \u{1F600}")
    #expect(try checkpoint.randomState("shuffle") == RandomState(SeededGenerator(seed: 4)))
  }

  @Test func memoryIsWrittenWithoutACopy() throws {
    var elements = (0..<1000).map { Float($0) }
    try elements.withUnsafeMutableBytes { bytes in
      try Checkpoint.save(
        to: path, fingerprint: NetworkFingerprint(try Self.network()), values: [:],
        tensors: [CheckpointItem("w", type: .float32, shape: [10, 100], bytes: UnsafeRawBufferPointer(bytes))])
    }
    #expect(try Checkpoint.load(path: path).tensor("w") == Tensor(elements, shape: [10, 100]))
  }

  @Test func equalStatesGiveEqualFiles() throws {
    try save(try Self.network())
    let first = try Data(contentsOf: URL(fileURLWithPath: path))
    try save(try Self.network())
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["state.ckpt"])
  }

  @Test func whatIsMissingOrOfAnotherKindIsNamed() throws {
    try save(try Self.network())
    let checkpoint = try Checkpoint.load(path: path)
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return (error as? CheckpointError)?.message ?? "\(error)" }
      return ""
    }
    #expect(message { _ = try checkpoint.tensor("momentum") }.contains("'momentum'"))
    #expect(message { _ = try checkpoint.integer("best") }.contains("it is a real number, an integer is needed"))
    #expect(message { _ = try checkpoint.randomState("nothing") }.contains("a random state is needed"))
    let shape = message { try checkpoint.withBytes(of: "weights", type: .float32, shape: [3, 2]) { _ in } }
    #expect(shape.contains("2x3") && shape.contains("3x2"))
  }

  @Test func aCheckpointOfAnotherNetworkSaysWhatDiffers() throws {
    try save(try Self.network())
    let checkpoint = try Checkpoint.load(path: path)
    func difference(_ graph: Graph) -> String {
      do { try checkpoint.require(NetworkFingerprint(graph)) } catch {
        #expect(error.exitCode == 65)
        return error.message
      }
      return "none"
    }
    let classes = difference(try Self.network(classes: 11))
    #expect(classes.contains("linear.weight float32 10x64") && classes.contains("linear.weight float32 11x64"))
    let side = difference(try Self.network(side: 48))
    #expect(side.contains("batchx3x32x32") && side.contains("batchx3x48x48"))
    let deeper = difference(try Self.network(name: "resnet32"))
    #expect(deeper.contains("layer1.3.conv1") && deeper.contains("layer2.0.conv1"))
    var clipped = try Self.network()
    clipped.nodes[2].op = "Elu"
    #expect(difference(clipped).contains("Elu relu"))
    var shorter = try Self.network()
    shorter.outputs = []
    #expect(difference(shorter).contains("this network ends before"))
    // Other weights are the same network.
    let architecture = try #require(Architecture.named("resnet20"))
    #expect(difference(try architecture.graph(architecture.parameters(seed: 5))) == "none")
  }

  @Test func foreignFilesAreErrors() throws {
    let paths = [folder.path("missing"), folder.root, "/dev/null"]
    for path in paths {
      #expect(throws: CheckpointError.self, "\(path)") { try Checkpoint.load(path: path) }
    }
    for content in [[], Array("EDGECKPT".utf8), Array(repeating: UInt8(0), count: 200), Array("onnx".utf8)] {
      #expect(throws: CheckpointError.self) { try Checkpoint.parse(content, path: "foreign") }
    }
    try save(try Self.network())
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[8] = 2
    #expect(throws: CheckpointError.otherVersion(path: "newer", found: 2)) {
      try Checkpoint.parse(bytes, path: "newer")
    }
  }

  @Test func anUnwritablePlaceIsAnError() throws {
    let fingerprint = NetworkFingerprint(try Self.network())
    let places: [(String, Int32)] = [
      (folder.path("missing/state.ckpt"), 73), (folder.root, 73), ("/dev/full", 74),
      (folder.path(String(repeating: "x", count: 5000)), 73),
    ]
    for (place, code) in places {
      do {
        try Checkpoint.save(
          to: place, fingerprint: fingerprint, values: [:],
          tensors: Self.tensors.map { CheckpointItem($0.name, $0.tensor) })
        Issue.record("written to \(place)")
      } catch {
        #expect(error.exitCode == code, "\(error.message)")
      }
    }
    let item = CheckpointItem("twice", Tensor(scalar: 1 as Float))
    #expect(throws: CheckpointError.self) {
      try Checkpoint.save(to: path, fingerprint: fingerprint, values: [:], tensors: [item, item])
    }
  }

  private static func failure(
    saving items: [CheckpointItem], to path: String, _ fingerprint: NetworkFingerprint
  ) -> CheckpointError? {
    do throws(CheckpointError) {
      try Checkpoint.save(to: path, fingerprint: fingerprint, values: [:], tensors: items)
      return nil
    } catch {
      return error
    }
  }

  /// The file system refuses more bytes midway: the older checkpoint stays, and nothing is left beside it. In a process
  /// of its own, since the limit holds for all of it.
  @Test func aFullDiskKeepsTheOlderCheckpoint() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let path = folder.path("state.ckpt")
      let fingerprint = NetworkFingerprint(try CheckpointTests.network())
      let small = [CheckpointItem("w", Tensor(scalar: 1 as Float))]
      try Checkpoint.save(to: path, fingerprint: fingerprint, values: [:], tensors: small)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 200_000, rlim_max: rlim_t.max)
      guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(2) }
      let large = [CheckpointItem("w", Tensor([Float](repeating: 1, count: 100_000), shape: [100_000]))]
      let failure = CheckpointTests.failure(saving: large, to: path, fingerprint)
      guard failure?.exitCode == 74 else { exit(4) }
      guard try Data(contentsOf: URL(fileURLWithPath: path)) == before else { exit(5) }
      guard try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["state.ckpt"] else { exit(6) }
    }
  }
}
