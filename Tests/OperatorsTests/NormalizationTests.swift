import Graph
import Runtime
import Testing

@Suite struct NormalizationTests {
  @Test func batchNormalization() throws {
    let x = floats([-1, 0, 1, 2, 3, 4], [1, 2, 1, 3])
    let operands = [x, floats([1, 1.5]), floats([0, 1]), floats([0, 3]), floats([1, 1.5])]
    try expectValues(
      "BatchNormalization", operands, ["epsilon": .float(0)],
      are: floats([-1, 0, 1, -0.224_744_87, 1, 2.224_744_8], [1, 2, 1, 3]))
    // Statistics of the batch: mean 0 and 3, variance 2/3 each.
    let deviation: Float = 1.224_744_9
    try expectValues(
      "BatchNormalization", operands, ["epsilon": .float(0), "training_mode": .int(1), "momentum": .float(0.75)],
      are: floats([-deviation, 0, deviation, 1 - 1.5 * deviation, 1, 1 + 1.5 * deviation], [1, 2, 1, 3]),
      floats([0, 3]), floats([0.916_666_7, 1.291_666_7]))
    #expect(
      try SingleNode("BatchNormalization", [x] + Array(operands[1...3]) + [floats([1])]).complaint().contains(
        "input_var"))
  }

  @Test(arguments: [[2, 5], [2, 5, 7], [2, 5, 3, 4], [1, 5, 2, 3, 4]])
  func batchNormalizationPlan(shape: [Int]) throws {
    var random = TestRandom()
    for type in [ElementType.float32, .float64, .float16] {
      let x = random.tensor(type, shape)
      let (scale, bias) = (random.tensor(type, [5]), random.tensor(type, [5]))
      let mean = random.tensor(.float32, [5])
      let variance = Tensor((1...5).map { Float($0) }, shape: [5])
      let tolerance = type == .float16 ? 3e-3 : 2e-6
      try Layer("BatchNormalization", x, [scale, bias, mean, variance]).expectPlanEqualsReference(tolerance: tolerance)
      try SingleNode("BatchNormalization", [x, scale, bias, mean, variance]).expectPlanClose(tolerance: tolerance)
    }
  }

  @Test func standardisation() throws {
    let x = floats([-1, 0, 1, 2, 3, 4], [1, 2, 1, 3])
    let s: Float = 1.224_735_7  // 1 / sqrt(2 / 3 + 1e-5)
    try expectValues(
      "InstanceNormalization", [x, floats([1, 1.5]), floats([0, 1])],
      are: floats([-s, 0, s, 1 - 1.5 * s, 1, 1 + 1.5 * s], [1, 2, 1, 3]))
    try expectValues(
      "LayerNormalization", [floats([-1, 0, 1, 2, 3, 4], [2, 3]), floats([1, 1, 2]), floats([0, 5, 0])],
      are: floats([-s, 5, 2 * s, -s, 5, 2 * s], [2, 3]), floats([0, 3], [2, 1]), floats([s, s], [2, 1]))
    // Two groups of two channels: {1, 3} and {10, 10}.
    try expectValues(
      "GroupNormalization",
      [floats([1, 3, 10, 10], [1, 4, 1]), floats([1, 2, 3, 4]), floats([0, 0, 7, 0])],
      ["num_groups": .int(2), "epsilon": .float(0.21)], are: floats([-0.909_091, 1.818_182, 7, 0], [1, 4, 1]))
    try expectValues(
      "RMSNormalization", [floats([3, 4, 6, 8], [2, 2]), floats([1, 2])], ["epsilon": .float(0)],
      are: floats([0.848_528, 2.262_742, 0.848_528, 2.262_742], [2, 2]))
    try expectValues(
      "LRN", [floats([1, 2, 3], [1, 3, 1])],
      ["size": .int(3), "alpha": .float(3), "beta": .float(1), "bias": .float(1)],
      are: floats([1.0 / 6, 2.0 / 15, 3.0 / 14], [1, 3, 1]))
    // An even window reaches one channel further up than down.
    try expectValues(
      "LRN", [floats([1, 2, 3], [1, 3, 1])],
      ["size": .int(2), "alpha": .float(2), "beta": .float(1), "bias": .float(0)],
      are: floats([1.0 / 5, 2.0 / 13, 3.0 / 9], [1, 3, 1]))
  }

  @Test(arguments: [ElementType.float32, .float16])
  func planEqualsReference(_ type: ElementType) throws {
    var random = TestRandom()
    let tolerance = type == .float16 ? 3e-3 : 4e-6
    for shape in [[2, 6, 5], [1, 6, 4, 7], [2, 6, 2, 3, 2]] {
      let x = random.tensor(type, shape)
      let (scale, bias) = (random.tensor(type, [6]), random.tensor(type, [6]))
      try Layer("InstanceNormalization", x, [scale, bias]).expectPlanEqualsReference(tolerance: tolerance)
      for groups in [1, 2, 3, 6] {
        try Layer("GroupNormalization", x, [scale, bias], ["num_groups": .int(groups)])
          .expectPlanEqualsReference(tolerance: tolerance)
      }
      for size in [1, 2, 3, 5, 9] {
        try Layer("LRN", x, [], ["size": .int(size), "alpha": .float(0.3)])
          .expectPlanEqualsReference(tolerance: tolerance)
      }
      for axis in [-1, 1, 2, 0] {
        let tail = Array(shape[(axis < 0 ? axis + shape.count : axis)...])
        try Layer(
          "LayerNormalization", x, [random.tensor(type, tail), random.tensor(type, tail)], ["axis": .int(axis)],
          results: 3
        )
        .expectPlanEqualsReference(tolerance: tolerance)
        try Layer("LayerNormalization", x, [random.tensor(type, [1])], ["axis": .int(axis)])
          .expectPlanEqualsReference(tolerance: tolerance)
        try Layer("RMSNormalization", x, [random.tensor(type, tail)], ["axis": .int(axis)])
          .expectPlanEqualsReference(tolerance: tolerance)
      }
    }
  }

  @Test func softmax() throws {
    let x = floats([-1, 0, 1], [1, 3])
    try expectValues("Softmax", [x], are: floats([0.090_030_57, 0.244_728_48, 0.665_240_94], [1, 3]))
    try expectValues("LogSoftmax", [x], are: floats([-2.407_606, -1.407_606, -0.407_606], [1, 3]))
    try expectValues("Hardmax", [floats([3, 0, 3, 1, 2, 5], [2, 3])], are: floats([1, 0, 0, 0, 0, 1], [2, 3]))
    try expectValues(
      "Softmax", [floats([0, 1, 2, 3, 10_000, 10_001, 10_002, 10_003], [2, 4])],
      are: floats(
        [
          0.032_058_604, 0.087_144_32, 0.236_882_82, 0.643_914_3, 0.032_058_604, 0.087_144_32, 0.236_882_82,
          0.643_914_3,
        ], [2, 4]))
    var random = TestRandom()
    for (type, tolerance) in [(ElementType.float32, 2e-6), (.float64, 1e-12), (.float16, 2e-3)] {
      let input = random.tensor(type, [2, 5, 3, 4], scale: 8)
      for axis in -4..<4 {
        for op in ["Softmax", "LogSoftmax", "Hardmax"] {
          try Layer(op, input, [], ["axis": .int(axis)]).expectPlanEqualsReference(tolerance: tolerance)
        }
      }
    }
    #expect(try SingleNode("Softmax", [x], ["axis": .int(2)]).complaint().contains("axis 2"))
  }

  @Test func refusals() throws {
    let x = floats([1, 2, 3, 4], [1, 2, 2])
    #expect(try SingleNode("InstanceNormalization", [x, floats([1]), floats([1, 2])]).complaint().contains("scale"))
    #expect(
      try SingleNode("GroupNormalization", [x, floats([1, 1]), floats([1, 2])], ["num_groups": .int(3)]).complaint()
        .contains("3 groups"))
    #expect(try SingleNode("LayerNormalization", [x, floats([1, 2, 3])]).complaint().contains("broadcast"))
    #expect(
      try SingleNode("LayerNormalization", [x, floats([1])], ["stash_type": .int(10)]).complaint().contains("stash"))
    #expect(try SingleNode("LRN", [x]).complaint().contains("size"))
    #expect(try SingleNode("LRN", [x], ["size": .int(0)]).complaint().contains("size"))
  }
}
