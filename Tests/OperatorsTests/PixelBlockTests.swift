import Graph
import Runtime
import Testing

/// DepthToSpace, SpaceToDepth and Dropout: elements that only move.
@Suite struct PixelBlockTests {
  @Test func documentedExamples() throws {
    let x = Tensor(
      [0, 9, 18, 27, 36, 45, 54, 63].flatMap { start in (0..<6).map { Float(start + $0) } }, shape: [1, 8, 2, 3])
    try expectValues(
      "DepthToSpace", [x], ["blocksize": .int(2)],
      are: floats(
        [
          0, 18, 1, 19, 2, 20, 36, 54, 37, 55, 38, 56, 3, 21, 4, 22, 5, 23, 39, 57, 40, 58, 41, 59, 9, 27, 10, 28, 11,
          29, 45, 63, 46, 64, 47, 65, 12, 30, 13, 31, 14, 32, 48, 66, 49, 67, 50, 68,
        ], [1, 2, 4, 6]))
    try expectValues(
      "DepthToSpace", [x], ["blocksize": .int(2), "mode": .string("CRD")],
      are: floats(
        [
          0, 9, 1, 10, 2, 11, 18, 27, 19, 28, 20, 29, 3, 12, 4, 13, 5, 14, 21, 30, 22, 31, 23, 32, 36, 45, 37, 46, 38,
          47, 54, 63, 55, 64, 56, 65, 39, 48, 40, 49, 41, 50, 57, 66, 58, 67, 59, 68,
        ], [1, 2, 4, 6]))
    try expectValues(
      "SpaceToDepth", [Tensor((0..<8).map(Float.init), shape: [1, 1, 2, 4])], ["blocksize": .int(2)],
      are: floats([0, 2, 1, 3, 4, 6, 5, 7], [1, 4, 1, 2]))
  }

  @Test(arguments: ["DCR", "CRD"])
  func inverses(mode: String) throws {
    var random = TestRandom()
    let attributes: [String: Attribute] = ["blocksize": .int(3), "mode": .string(mode)]
    for type in [ElementType.float32, .uint8, .int64, .bool] {
      let x = random.tensor(type, [2, 18, 2, 4], scale: 50)
      let spread = try SingleNode("DepthToSpace", [x], attributes).reference()[0]
      #expect(spread.shape == [2, 2, 6, 12] && spread.bytes != x.bytes)
      #expect(try SingleNode("SpaceToDepth", [spread], attributes).reference()[0] == x)
      try Layer("DepthToSpace", x, [], attributes).expectPlanEqualsReference(tolerance: 0)
      try Layer("SpaceToDepth", spread, [], attributes).expectPlanEqualsReference(tolerance: 0)
    }
  }

  @Test func dropout() throws {
    let x = floats([1, 2, 3], [3, 1])
    try SingleNode("Dropout", [x, floats([0.9], [])], results: 2).expect(x, bools([true, true, true], [3, 1]))
    try SingleNode("Dropout", [x, floats([0], []), bools([true], [])], results: 2)
      .expect(x, bools([true, true, true], [3, 1]))
    #expect(try SingleNode("Dropout", [x, nil, bools([true], [])]).complaint().contains("training"))
  }

  @Test func refusals() throws {
    let x = Tensor(shape: [1, 6, 2, 3], repeating: 1)
    #expect(try SingleNode("DepthToSpace", [x], ["blocksize": .int(2)]).complaint().contains("6 channels"))
    #expect(try SingleNode("SpaceToDepth", [x], ["blocksize": .int(2)]).complaint().contains("blocks of 2"))
    #expect(try SingleNode("SpaceToDepth", [x]).complaint().contains("blocksize"))
    #expect(try SingleNode("DepthToSpace", [x], ["blocksize": .int(0)]).complaint().contains("blocksize"))
  }
}
