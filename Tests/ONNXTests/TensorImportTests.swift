import Foundation
import Graph
import ONNX
import Runtime
import TestSupport
import Testing

/// Tensors in all the ways in which files hold them.
struct TensorImportTests {
  private func importing(_ tensor: ONNXTensorProto, folder: String? = nil) throws -> Tensor {
    var builder = ModelBuilder()
    var named = tensor
    named.name = "c"
    builder.proto.graph.initializer = [named]
    builder.node("Identity", ["c"], ["y"])
    builder.output("y")
    let graph = try builder.load(folder: folder).graph
    return try #require(graph.constants.values.first)
  }

  private func refusal(_ tensor: ONNXTensorProto, folder: String? = nil) throws -> String {
    do {
      _ = try importing(tensor, folder: folder)
      return "accepted"
    } catch let error as ONNXError {
      return error.message
    }
  }

  private static let samples: [Tensor] = [
    Tensor([1.5, -2, .infinity] as [Float], shape: [3]),
    Tensor([1.5, -2, 1e300] as [Double], shape: [3]),
    Tensor([1.5, -2, 65504] as [Float16], shape: [3]),
    Tensor([0, 7, 255] as [UInt8], shape: [3]),
    Tensor([-128, 0, 127] as [Int8], shape: [3]),
    Tensor([0, 7, 65535] as [UInt16], shape: [3]),
    Tensor([-32768, 0, 32767] as [Int16], shape: [3]),
    Tensor([0, 7, .max] as [UInt32], shape: [3]),
    Tensor([.min, 0, .max] as [Int32], shape: [3]),
    Tensor([0, 7, .max] as [UInt64], shape: [3]),
    Tensor([.min, 0, .max] as [Int64], shape: [3]),
    Tensor([true, false, true], shape: [3]),
  ]

  @Test(arguments: samples)
  func rawBytes(_ sample: Tensor) throws {
    #expect(try importing(ModelBuilder.tensor(sample)) == sample)
  }

  @Test(arguments: samples)
  func typedFields(_ sample: Tensor) throws {
    var proto = ONNXTensorProto()
    proto.dims = [3]
    proto.dataType = Int32(sample.type.rawValue)
    switch sample.type {
    case .float32: proto.floatData = sample.elements(as: Float.self)
    case .float64: proto.doubleData = sample.elements(as: Double.self)
    case .float16: proto.int32Data = sample.elements(as: Float16.self).map { Int32($0.bitPattern) }
    case .int64: proto.int64Data = sample.elements(as: Int64.self)
    case .uint64: proto.uint64Data = sample.elements(as: UInt64.self)
    case .uint32: proto.uint64Data = sample.elements(as: UInt32.self).map { UInt64($0) }
    case .int8, .uint8, .int16, .uint16, .int32, .bool: proto.int32Data = sample.integers.map { Int32($0) }
    }
    #expect(try importing(proto) == sample)
  }

  @Test func everyTypeIsSampled() {
    #expect(Set(Self.samples.map(\.type)) == Set(ElementType.allCases))
  }

  @Test func boolBytesAreNormalised() throws {
    var proto = ModelBuilder.tensor(Tensor([true, false], shape: [2]))
    proto.rawData = Data([0x80, 0])
    #expect(try importing(proto) == Tensor([true, false], shape: [2]))
  }

  @Test func scalarsAndEmptyTensors() throws {
    #expect(try importing(ModelBuilder.tensor(Tensor(scalar: Float(3)))) == Tensor(scalar: Float(3)))
    let empty = Tensor([] as [Int64], shape: [0])
    #expect(try importing(ModelBuilder.tensor(empty)) == empty)
    var typed = ONNXTensorProto()
    typed.dims = [2, 0]
    typed.dataType = 1
    #expect(try importing(typed) == Tensor([] as [Float], shape: [2, 0]))
  }

  @Test(
    arguments: [
      (8, "string"), (14, "complex64"), (16, "bfloat16"), (17, "float8e4m3fn"), (22, "int4"), (26, "int2"),
      (99, "unknown element type 99"), (0, "undefined"),
    ] as [(Int32, String)])
  func foreignTypesAreNamed(_ type: Int32, _ name: String) throws {
    var proto = ONNXTensorProto()
    proto.dims = [1]
    proto.dataType = type
    let message = try refusal(proto)
    #expect(message.contains(name) && message.contains("initialiser 'c'"), "\(message)")
  }

  @Test(
    arguments: [
      [1 << 20, 1 << 20], [1 << 40], [1 << 62, 1 << 62, 0], [-1], [Int64.min, Int64.max], [0, 1 << 33],
      [1 << 31, 1 << 31, 1 << 31, 0],
    ] as [[Int64]])
  func absurdShapesAreRefusedBeforeAllocation(_ dims: [Int64]) throws {
    var proto = ONNXTensorProto()
    proto.dims = dims
    proto.dataType = 1
    #expect(try refusal(proto) != "accepted")
  }

  @Test func wrongNumbersOfBytesAndElements() throws {
    var raw = ModelBuilder.tensor(Tensor([1, 2] as [Float], shape: [2]))
    raw.rawData = Data(count: 7)
    #expect(try refusal(raw).contains("7 bytes where its shape and type take 8"))
    var typed = ONNXTensorProto()
    typed.dims = [2]
    typed.dataType = 1
    typed.floatData = [1, 2, 3]
    #expect(try refusal(typed).contains("3 elements where its shape takes 2"))
    var manyAxes = ONNXTensorProto()
    manyAxes.dims = Array(repeating: 1, count: 33)
    manyAxes.dataType = 1
    #expect(try refusal(manyAxes).contains("33 axes"))
  }

  @Test func tensorMemoryIsLimited() throws {
    var builder = ModelBuilder()
    for index in 0..<4 { builder.initialiser("c\(index)", Tensor(shape: [256], repeating: 0)) }
    builder.node("Sum", ["c0", "c1", "c2", "c3"], ["y"])
    builder.output("y")
    var limits = ImportLimits()
    limits.tensorBytes = 4096
    #expect(try builder.refusal(limits: limits) == nil)
    limits.tensorBytes = 4095
    #expect(try #require(try builder.refusal(limits: limits)).contains("initialiser 'c3'"))
  }

  // MARK: External data

  private func external(_ entries: [String: String]) -> ONNXTensorProto {
    var proto = ONNXTensorProto()
    proto.dims = [2]
    proto.dataType = 1
    proto.dataLocation = .external
    proto.externalData = entries.sorted { $0.key < $1.key }.map { key, value in
      var entry = ONNXStringStringEntryProto()
      (entry.key, entry.value) = (key, value)
      return entry
    }
    return proto
  }

  @Test func externalDataIsRead() throws {
    let folder = try TemporaryFolder()
    let sample = Tensor([3, -4] as [Float], shape: [2])
    try folder.write([9, 9, 9, 9] + sample.bytes + [9], to: "weights.bin")
    let proto = external(["location": "weights.bin", "offset": "4", "length": "8", "checksum": "x"])
    #expect(try importing(proto, folder: folder.root) == sample)
    try folder.write(sample.bytes, to: "exact.bin")
    #expect(try importing(external(["location": "exact.bin"]), folder: folder.root) == sample)
    #expect(try importing(external(["location": "./exact.bin"]), folder: folder.root) == sample)
  }

  @Test func externalDataStaysInTheModelsFolder() throws {
    let outer = try TemporaryFolder()
    try outer.write(Array(repeating: 0, count: 64), to: "secret.bin")
    let inner = outer.root + "/model"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: inner + "/link", withDestinationPath: outer.root + "/secret.bin")
    try FileManager.default.createSymbolicLink(atPath: inner + "/up", withDestinationPath: "..")
    for location in [
      "../secret.bin", outer.root + "/secret.bin", "link", "up/secret.bin", "a/../../secret.bin", "", "..", "/", ".",
      "x\\..\\y", "secret\u{0}.bin",
    ] {
      let message = try refusal(external(["location": location]), folder: inner)
      #expect(
        message != "accepted" && message.contains("initialiser 'c'") || message.contains("cannot be read"), "\(message)"
      )
    }
    #expect(try refusal(external(["location": "link"]), folder: inner).contains("leaves the model's folder"))
  }

  @Test func externalDataOutOfRange() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(repeating: 0, count: 8), to: "w.bin")
    for entries in [
      ["offset": "1"], ["offset": "-1"], ["offset": "\(Int.max)"], ["offset": "99999999999999999999"], ["length": "7"],
      ["length": "x"], ["offset": "\(Int.max - 4)", "length": "8"],
    ] {
      let message = try refusal(
        external(entries.merging(["location": "w.bin"]) { a, _ in a }), folder: folder.root)
      #expect(message.contains("initialiser 'c'"), "\(message)")
    }
    let missing = try refusal(external(["location": "none.bin"]), folder: folder.root)
    #expect(missing.contains("none.bin") && missing.contains("cannot be read"), "\(missing)")
    #expect(try refusal(external(["location": "w.bin"]), folder: nil) != "accepted")
    #expect(try refusal(external(["offset": "0"]), folder: folder.root).contains("without a location"))
  }
}
