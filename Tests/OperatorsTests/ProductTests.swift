import Graph
import Runtime
import Testing

@Suite struct ProductTests {
  @Test func matrixProducts() throws {
    let (a, b) = (floats([1, 2, 3, 4, 5, 6], [2, 3]), floats([1, 0, 2, 1, 0, 3], [3, 2]))
    try expectValues("MatMul", [a, b], are: floats([5, 11, 14, 23], [2, 2]))
    try expectValues("MatMul", [a, floats([1, 1, 2])], are: floats([9, 21]))
    try expectValues("MatMul", [floats([1, 2]), a], are: floats([9, 12, 15]))
    try expectValues("MatMul", [floats([1, 2, 3]), floats([4, 5, 6])], are: floats([32], []))
    let integers = [longs([.max, 2], [1, 2]), longs([2, 3], [2, 1])]
    try expectValues("MatMul", integers, are: longs([4], [1, 1]))
    #expect(try SingleNode("MatMul", [a, a]).complaint().contains("2x3 and 2x3"))
    #expect(try SingleNode("MatMul", [a, floats([1], [])]).complaint().contains("scalar"))
    #expect(try SingleNode("MatMul", [a, longs([1, 2, 3])]).complaint().contains("int64"))
  }

  @Test(arguments: [
    ([5, 7], [7, 3]), ([7], [7, 33]), ([2, 7], [7]), ([7], [7]), ([2, 3, 4, 5], [5, 6]), ([2, 3, 4, 5], [2, 3, 5, 6]),
    ([4, 5], [3, 5, 2]), ([2, 1, 4, 5], [3, 5, 6]), ([3, 4, 5], [5]), ([5], [2, 5, 6]), ([1, 4, 5], [1, 5, 40]),
  ])
  func planEqualsReference(a: [Int], b: [Int]) throws {
    var random = TestRandom()
    for type in [ElementType.float32, .float64, .float16, .int32, .int64, .uint32, .uint64] {
      let (x, y) = (random.tensor(type, a, scale: 9), random.tensor(type, b, scale: 9))
      let tolerance = type == .float16 ? 1e-3 : 2e-6
      try Layer("MatMul", x, [y]).expectPlanEqualsReference(tolerance: tolerance)
      try SingleNode("MatMul", [x, y]).expectPlanClose(tolerance: tolerance)
    }
  }

  @Test func generalProducts() throws {
    let (a, b, c) = (floats([1, 2, 3, 4], [2, 2]), floats([5, 6, 7, 8], [2, 2]), floats([10, 20]))
    try expectValues("Gemm", [a, b, c], are: floats([29, 42, 53, 70], [2, 2]))
    try expectValues(
      "Gemm", [a, b, c], ["transA": .int(1), "alpha": .float(2), "beta": .float(0.5)],
      are: floats([57, 70, 81, 98], [2, 2]))
    try expectValues("Gemm", [a, b], ["transB": .int(1)], are: floats([17, 23, 39, 53], [2, 2]))
    try expectValues(
      "Gemm", [a, b, floats([-30, 0], [2, 1])], ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))],
      are: floats([0, 0, 43, 50], [2, 2]))
    #expect(try SingleNode("Gemm", [a, b, floats([1, 2, 3])]).complaint().contains("broadcast"))
    #expect(try SingleNode("Gemm", [a, floats([1, 2, 3])]).complaint().contains("matrices"))
  }

  @Test(arguments: [[], [9], [1], [1, 9], [5, 1], [5, 9]])
  func generalPlanEqualsReference(c: [Int]) throws {
    var random = TestRandom()
    for (transA, transB) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
      let attributes: [String: Attribute] = [
        "transA": .int(transA), "transB": .int(transB), "alpha": .float(0.5), "beta": .float(-2),
        "edge.activation": .int(Int(UnaryFunction.sigmoid.rawValue)),
      ]
      for type in [ElementType.float32, .float64, .float16] {
        let x = random.tensor(type, transA == 1 ? [7, 5] : [5, 7])
        let w = random.tensor(type, transB == 1 ? [9, 7] : [7, 9])
        let tolerance = type == .float16 ? 2e-3 : 2e-6
        try Layer("Gemm", x, [w, random.tensor(type, c)], attributes).expectPlanEqualsReference(tolerance: tolerance)
        try SingleNode("Gemm", [x, w, random.tensor(type, c)], attributes).expectPlanClose(tolerance: tolerance)
        try Layer("Gemm", x, [w], attributes).expectPlanEqualsReference(tolerance: tolerance)
      }
    }
  }
}
