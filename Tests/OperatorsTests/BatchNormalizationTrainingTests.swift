import Compiler
import Graph
import Operators
import Runtime
import Testing

/// Batch normalisation by the batch's own statistics, forward and backward.
@Suite struct BatchNormalizationTrainingTests {
  private static let relu: [String: Attribute] = ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))]
  private static let clip: [String: Attribute] = [
    "edge.activation": .int(Int(UnaryFunction.clip.rawValue)), "edge.activation_alpha": .float(-0.25),
    "edge.activation_beta": .float(0.75),
  ]

  /// By hand: mean 0 and variance 2/3, then 3 and 2/3.
  @Test func values() throws {
    let s: Float = 1.224_744_9
    try expectValues(
      "BatchNormalizationTraining", [floats([-1, 0, 1, 2, 3, 4], [1, 2, 3]), floats([1, 1.5]), floats([0, 1])],
      ["epsilon": .float(0)], are: floats([-s, 0, s, 1 - 1.5 * s, 1, 1 + 1.5 * s], [1, 2, 3]), floats([0, 3]),
      floats([2.0 / 3, 2.0 / 3]))
    try expectValues(
      "BatchNormalizationTraining",
      [floats([-1, 0, 1], [3, 1]), floats([1]), floats([0]), floats([1, 1, 1], [3, 1])],
      Self.relu.merging(["epsilon": .float(0)]) { $1 }, are: floats([0, 1, 1 + s], [3, 1]))
  }

  static let shapes = [
    [5, 3], [4, 13, 6, 7], [2, 27, 9], [3, 16, 8, 8], [2, 5, 3, 4, 2], [1, 1, 6, 5], [33, 70, 5, 5],
  ]

  @Test(arguments: shapes) func planEqualsReference(_ shape: [Int]) throws {
    var random = TestRandom(seed: 3)
    for type in [ElementType.float32, .float64] {
      // Far from zero: the statistics must not cancel.
      let x = Tensor(
        type: type, shape: shape, doubles: random.tensor(.float64, shape, scale: 2).doubles.map { $0 + 20 })
      let (scale, bias) = (random.tensor(type, [shape[1]]), random.tensor(type, [shape[1]]))
      for (residual, attributes) in [(false, [:]), (true, Self.relu), (false, Self.clip), (true, [:])] {
        let operands = [x, scale, bias] + (residual ? [random.tensor(type, shape)] : [])
        try expectPlanEqualsReference("BatchNormalizationTraining", operands, attributes, results: 3)
      }
    }
  }

  /// Bits of the first time, by the plan; values of the first time, by the interpreter.
  @Test(arguments: shapes) func appliedOnceMore(_ shape: [Int]) throws {
    var random = TestRandom(seed: 9)
    let operands = [
      random.tensor(.float32, shape), random.tensor(.float32, [shape[1]]), random.tensor(.float32, [shape[1]]),
    ]
    for attributes in [[:], Self.relu, Self.clip] {
      let first = SingleNode("BatchNormalizationTraining", operands, attributes, results: 3)
      for (results, isPlan) in [(try first.plan(), true), (try first.reference(), false)] {
        let again = SingleNode("BatchNormalizationApply", operands + [results[1], results[2]], attributes)
        let y = try isPlan ? again.plan(threads: 3) : again.reference()
        if isPlan { #expect(y[0] == results[0]) } else { #expect(largestDifference(y[0], results[0]) <= 4e-6) }
      }
    }
  }

  @Test(arguments: shapes) func gradientPlanEqualsReference(_ shape: [Int]) throws {
    var random = TestRandom(seed: 4)
    for type in [ElementType.float32, .float64] {
      let (dy, x, y) = (random.tensor(type, shape), random.tensor(type, shape), random.tensor(type, shape))
      let (scale, mean) = (random.tensor(type, [shape[1]]), random.tensor(type, [shape[1]]))
      let variance = Tensor(type: type, shape: [shape[1]], doubles: (0..<shape[1]).map { 0.5 + Double($0 % 3) })
      for (attributes, results) in [([:], 3), ([:], 4), (Self.relu, 3), (Self.relu, 4), (Self.clip, 4)] {
        try expectPlanEqualsReference(
          "BatchNormalizationGradient", [dy, x, attributes.isEmpty ? nil : y, scale, mean, variance], attributes,
          results: results)
      }
    }
  }

  /// Enough elements for several chunks and tasks: the main case, with every number of threads the same bits.
  @Test func sameBitsWithAnyNumberOfThreads() throws {
    var random = TestRandom(seed: 5)
    let shape = [16, 13, 24, 24]
    let (x, y, dy) = (random.tensor(.float32, shape), random.tensor(.float32, shape), random.tensor(.float32, shape))
    let vectors = (0..<4).map { _ in random.tensor(.float32, [13], scale: 1) }
    let variance = Tensor(type: .float32, shape: [13], repeating: 0.3)
    try expectPlanEqualsReference(
      "BatchNormalizationTraining", [x, vectors[0], vectors[1], dy], Self.relu, results: 3, tolerance: 2e-6)
    try expectPlanEqualsReference(
      "BatchNormalizationGradient", [dy, x, y, vectors[2], vectors[3], variance], Self.relu, results: 4,
      tolerance: 2e-6)
  }

  /// The gradient of a global pooling is one pixel that stands for all of an image.
  @Test func gradientThatRepeats() throws {
    var random = TestRandom(seed: 6)
    var graph = Graph(name: "expanded")
    let shape = [3, 13, 4, 5]
    func input(_ name: String, _ shape: [Int]) -> ValueID {
      graph.addValue(name, type: .float32, shape: shape.map { .fixed($0) })
    }
    let (pooled, x, scale, mean) = (input("dy", [3, 13, 1, 1]), input("x", shape), input("s", [13]), input("m", [13]))
    let target = graph.addConstant("shape", longs(shape.map { Int64($0) }))
    let outputs = ["wide", "dx", "ds", "db"].map { graph.addValue($0) }
    graph.inputs = [pooled, x, scale, mean]
    graph.nodes = [
      Node(name: "expand", op: "Expand", inputs: [pooled, target], outputs: [outputs[0]]),
      Node(
        name: "gradient", op: "BatchNormalizationGradient", inputs: [outputs[0], x, nil, scale, mean, scale],
        outputs: [outputs[1], outputs[2], outputs[3]]),
    ]
    graph.outputs = Array(outputs.dropFirst())
    let values = [
      random.tensor(.float32, [3, 13, 1, 1]), random.tensor(.float32, shape),
      Tensor(type: .float32, shape: [13], repeating: 0.7), random.tensor(.float32, [13]),
    ]
    let expected = try ReferenceInterpreter(graph).run(Dictionary(uniqueKeysWithValues: zip(graph.inputs, values)))
    let actual = try PlanRunner.run(graph, Dictionary(uniqueKeysWithValues: zip(["dy", "x", "s", "m"], values)))
    for (e, a) in zip(expected, actual) { #expect(largestDifference(e, a) <= 4e-6) }
  }

  @Test func derivative() throws {
    var random = TestRandom(seed: 7)
    for (shape, attributes) in [([4, 3], [:]), ([2, 3, 2, 2], Self.relu), ([3, 2, 3], Self.clip)] {
      let operands = [
        random.tensor(.float64, shape), random.tensor(.float64, [shape[1]]), random.tensor(.float64, [shape[1]]),
      ]
      // With the derivative by mean and variance, and with a residual.
      let check = GradientCheck("BatchNormalizationTraining", operands, attributes, results: 3)
      try check.expectRuleEqualsDifferences(tolerance: 1e-5)
      try check.expectPlanEqualsReference(tolerance: 2e-5)
      try GradientCheck(
        "BatchNormalizationTraining", operands + [random.tensor(.float64, shape)], attributes, results: 3
      ).expectRuleEqualsDifferences(tolerance: 1e-5)
    }
  }

  @Test func derivativeOfTheAffineForm() throws {
    var random = TestRandom(seed: 8)
    for shape in [[4, 3], [2, 3, 2, 2]] {
      let vectors = (0..<3).map { _ in random.tensor(.float64, [3]) }
      let variance = Tensor([0.5, 1, 2], shape: [3])
      let operands = [random.tensor(.float64, shape)] + vectors + [variance]
      try GradientCheck("BatchNormalization", operands).expectCorrect()
      try GradientCheck("BatchNormalization", operands, wanted: [0]).expectCorrect()
    }
  }

  @Test func refusals() throws {
    let (x, one) = (floats([1, 2, 3, 4], [2, 2]), floats([1, 2]))
    func complaint(_ operands: [Tensor?], _ attributes: [String: Attribute] = [:]) throws -> String {
      try SingleNode("BatchNormalizationTraining", operands, attributes, results: 3).complaint()
    }
    #expect(try complaint([x, floats([1]), one]).contains("scale"))
    #expect(try complaint([x, one, one, floats([1, 2], [1, 2])]).contains("residual"))
    #expect(try complaint([floats([], [0, 2]), one, one]).contains("empty"))
    #expect(try complaint([x, one, one], ["edge.activation": .int(15)]).contains("Relu and Clip"))
    #expect(
      try SingleNode("BatchNormalizationGradient", [x, x, nil, one, one, one], Self.relu, results: 3).complaint()
        .contains("Y"))
  }
}

/// Fails unless a node's plan gives what the interpreter gives up to a share of the largest element, with the same bits
/// on one, two and three threads.
func expectPlanEqualsReference(
  _ op: String, _ operands: [Tensor?], _ attributes: [String: Attribute] = [:], results: Int = 1,
  tolerance: Double = 4e-6, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let node = SingleNode(op, operands, attributes, results: results)
  let (expected, actual) = (try node.reference(), try node.plan())
  try #require(expected.count == actual.count, sourceLocation: sourceLocation)
  for (number, (e, a)) in zip(expected, actual).enumerated() {
    #expect(e.type == a.type && e.shape == a.shape, sourceLocation: sourceLocation)
    let difference = largestDifference(e, a)
    #expect(
      difference <= (e.type == .float64 ? 1e-11 : tolerance), "\(op) \(e.shape), result \(number): \(difference)",
      sourceLocation: sourceLocation)
  }
  for threads in [2, 3] { #expect(try node.plan(threads: threads) == actual, sourceLocation: sourceLocation) }
}

/// As a share of the largest element.
func largestDifference(_ expected: Tensor, _ actual: Tensor) -> Double {
  let scale = max(expected.doubles.map(abs).max() ?? 0, 1e-3)
  return (zip(expected.doubles, actual.doubles).map { $0 == $1 ? 0 : abs($0 - $1) }.max() ?? 0) / scale
}
