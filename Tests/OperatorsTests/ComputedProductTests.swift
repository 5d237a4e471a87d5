import Graph
import Testing

/// Products of two computed matrices, whose right one is packed in every run.
@Suite struct ComputedProductTests {
  @Test func gemm() throws {
    var random = TestRandom(seed: 40)
    for (m, k, n) in [(5, 7, 3), (64, 33, 50), (130, 16, 10), (33, 200, 64), (1, 300, 40), (100, 64, 9), (24, 30, 24)] {
      for transposes in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let a = random.tensor(.float32, transposes.0 == 1 ? [k, m] : [m, k])
        let b = random.tensor(.float32, transposes.1 == 1 ? [n, k] : [k, n])
        var attributes: [String: Attribute] = ["transA": .int(transposes.0), "transB": .int(transposes.1)]
        for c in [nil, [n], [m, n], [m, 1], [1], [1, n]].map({ $0.map { random.tensor(.float32, $0) } }) {
          try SingleNode("Gemm", [a, b, c], attributes).expectPlanClose()
        }
        attributes["alpha"] = .float(0.5)
        attributes["beta"] = .float(-2)
        try SingleNode("Gemm", [a, b, random.tensor(.float32, [1, n])], attributes).expectPlanClose()
      }
    }
  }

  @Test func matMul() throws {
    var random = TestRandom(seed: 41)
    for (a, b) in [([40, 30], [30, 20]), ([3, 20, 17], [17, 33]), ([2, 8, 9], [2, 9, 40]), ([200], [200, 50])] {
      let operands = [random.tensor(.float32, a), random.tensor(.float32, b)]
      try SingleNode("MatMul", operands).expectPlanClose()
    }
  }
}
