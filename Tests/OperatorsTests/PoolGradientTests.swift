import Graph
import Operators
import Runtime
import Testing

/// Derivatives of poolings.
@Suite struct PoolGradientTests {
  private static let windows: [(input: [Int], attributes: [String: Attribute])] = [
    ([2, 3, 6, 6], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]),
    ([2, 13, 7, 8], ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "pads": .ints([1, 1, 1, 1])]),
    ([1, 4, 7, 6], ["kernel_shape": .ints([3, 2]), "strides": .ints([2, 2]), "ceil_mode": .int(1)]),
    ([1, 70, 6, 5], ["kernel_shape": .ints([2, 2]), "dilations": .ints([2, 1]), "pads": .ints([0, 1, 1, 0])]),
    ([3, 2, 9], ["kernel_shape": .ints([3]), "auto_pad": .string("SAME_UPPER")]),
    ([1, 2, 3, 4, 5], ["kernel_shape": .ints([2, 2, 3]), "pads": .ints([1, 0, 1, 0, 1, 1])]),
  ]

  /// Elements that differ from each other by much more than a step of the differences, in a random order.
  private func distinct(_ shape: [Int], _ random: inout TestRandom) -> Tensor {
    var values = (0..<shape.reduce(1, *)).map { Double($0) / 10 - 5.05 }
    for i in values.indices.reversed() { values.swapAt(i, Int(random.bits() % UInt64(i + 1))) }
    return Tensor(values, shape: shape)
  }

  @Test func values() throws {
    // Two overlapping windows of equals: the first element of each.
    try expectValues(
      "MaxPoolGradient", [floats([1, 1, 1], [1, 1, 3]), floats([2, 3], [1, 1, 2])], ["kernel_shape": .ints([2])],
      are: floats([2, 3, 0], [1, 1, 3]))
    try expectValues(
      "AveragePoolGradient", [floats([2, 4], [1, 1, 2])],
      ["kernel_shape": .ints([2]), "input_shape": .ints([1, 1, 3])], are: floats([1, 3, 2], [1, 1, 3]))
    let padded: [String: Attribute] = [
      "kernel_shape": .ints([2]), "input_shape": .ints([1, 1, 1]), "pads": .ints([1, 0]),
    ]
    try expectValues("AveragePoolGradient", [floats([3], [1, 1, 1])], padded, are: floats([3], [1, 1, 1]))
    try expectValues(
      "AveragePoolGradient", [floats([3], [1, 1, 1])], padded.merging(["count_include_pad": .int(1)]) { $1 },
      are: floats([1.5], [1, 1, 1]))
    #expect(
      try SingleNode(
        "MaxPoolGradient", [floats([1, 2], [1, 1, 2]), floats([1, 2], [1, 1, 2])],
        [
          "kernel_shape": .ints([2])
        ]
      ).complaint().contains("dY"))
  }

  @Test(arguments: windows.indices) func derivatives(_ index: Int) throws {
    var random = TestRandom(seed: 13)
    let (shape, attributes) = Self.windows[index]
    let x = distinct([1, 2] + shape[2...], &random)
    try GradientCheck("MaxPool", [x], attributes).expectCorrect()
    for counts in [0, 1] {
      try GradientCheck("AveragePool", [x], attributes.merging(["count_include_pad": .int(counts)]) { $1 })
        .expectCorrect()
    }
    for p in [1, 2, 3] {
      try GradientCheck("LpPool", [x], attributes.merging(["p": .int(p)]) { $1 })
        .expectRuleEqualsDifferences(tolerance: 1e-5)
    }
  }

  @Test(arguments: [[2, 2, 3, 4], [3, 2, 7], [1, 2, 2, 3, 2]]) func globalPools(_ shape: [Int]) throws {
    var random = TestRandom(seed: 14)
    let x = distinct(shape, &random)
    for op in ["GlobalAveragePool", "GlobalMaxPool"] { try GradientCheck(op, [x]).expectCorrect() }
    for p in [1, 2, 3] {
      try GradientCheck("GlobalLpPool", [x], ["p": .int(p)]).expectRuleEqualsDifferences(tolerance: 1e-5)
    }
    // A plane of zeros has norm 0 and no direction.
    try GradientCheck("GlobalLpPool", [Tensor(type: .float64, shape: shape, repeating: 0)])
      .expectPlanEqualsReference()
  }

  /// Memory in other orders than NHWC, several channel blocks and tasks.
  @Test func planEqualsReference() throws {
    var random = TestRandom(seed: 15)
    for (shape, attributes) in Self.windows + [([3, 130, 16, 16], Self.windows[1].attributes)] {
      let pooled = try SingleNode("MaxPool", [random.tensor(.float32, shape)], attributes).reference()[0].shape
      for type in [ElementType.float32, .float64] {
        let (x, dy) = (random.tensor(type, shape), random.tensor(type, pooled))
        try expectPlanEqualsReference("MaxPoolGradient", [x, dy], attributes)
        let others = attributes.merging(["input_shape": .ints(shape)]) { $1 }
        try expectPlanEqualsReference("AveragePoolGradient", [dy], others)
      }
    }
  }
}
