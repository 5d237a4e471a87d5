import Graph
import Runtime
import Testing

@Suite struct PoolTests {
  private static let square = Tensor((1...25).map(Float.init), shape: [1, 1, 5, 5])
  private static let sixteen = Tensor((1...16).map(Float.init), shape: [1, 1, 4, 4])

  /// The examples of ONNX's documentation.
  @Test func documentedExamples() throws {
    try expectValues(
      "MaxPool", [Self.square],
      ["kernel_shape": .ints([5, 5]), "pads": .ints([2, 2, 2, 2])],
      are: floats(
        [13, 14, 15, 15, 15, 18, 19, 20, 20, 20, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25],
        [1, 1, 5, 5]),
      longs(
        [12, 13, 14, 14, 14, 17, 18, 19, 19, 19, 22, 23, 24, 24, 24, 22, 23, 24, 24, 24, 22, 23, 24, 24, 24],
        [1, 1, 5, 5]))
    try expectValues(
      "MaxPool", [Self.sixteen],
      ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "ceil_mode": .int(1)],
      are: floats([11, 12, 15, 16], [1, 1, 2, 2]))
    try expectValues(
      "MaxPool", [Self.square], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2]), "storage_order": .int(1)],
      are: floats([7, 9, 17, 19], [1, 1, 2, 2]), longs([6, 16, 8, 18], [1, 1, 2, 2]))
    try expectValues(
      "MaxPool", [Self.sixteen], ["kernel_shape": .ints([2, 2]), "dilations": .ints([2, 2])],
      are: floats([11, 12, 15, 16], [1, 1, 2, 2]))
    try expectValues(
      "AveragePool", [Self.square],
      ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "auto_pad": .string("SAME_UPPER")],
      are: floats([4, 5.5, 7, 11.5, 13, 14.5, 19, 20.5, 22], [1, 1, 3, 3]))
    try expectValues(
      "AveragePool", [Self.square], ["kernel_shape": .ints([5, 5]), "pads": .ints([2, 2, 2, 2])],
      are: floats(
        [
          7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5, 15, 15.5, 16, 16.5, 17, 17.5, 18,
          18.5, 19,
        ], [1, 1, 5, 5]))
  }

  /// Padding counts where it is asked for; what a rounded-up window covers beyond it never does.
  @Test func countedPadding() throws {
    let ones = Tensor(shape: [1, 1, 3], repeating: 1)
    let attributes: [String: Attribute] = ["kernel_shape": .ints([2]), "pads": .ints([1, 0]), "strides": .ints([2])]
    try expectValues(
      "AveragePool", [ones], attributes.merging(["count_include_pad": .int(1)]) { $1 },
      are: floats([0.5, 1], [1, 1, 2]))
    try expectValues("AveragePool", [ones], attributes, are: floats([1, 1], [1, 1, 2]))
    try expectValues(
      "AveragePool", [Tensor(shape: [1, 1, 4], repeating: 1)],
      ["kernel_shape": .ints([3]), "strides": .ints([2]), "ceil_mode": .int(1), "count_include_pad": .int(1)],
      are: floats([1, 1], [1, 1, 2]))
    try expectValues(
      "AveragePool", [Tensor(shape: [1, 1, 4], repeating: 1)],
      [
        "kernel_shape": .ints([3]), "strides": .ints([2]), "pads": .ints([0, 1]), "ceil_mode": .int(1),
        "count_include_pad": .int(1),
      ], are: floats([1, 2.0 / 3], [1, 1, 2]))
  }

  @Test func norms() throws {
    try expectValues(
      "LpPool", [floats([3, -4, 0, 5, 12, 1], [1, 1, 6])], ["kernel_shape": .ints([2]), "strides": .ints([3])],
      are: floats([5, 13], [1, 1, 2]))
    try expectValues(
      "LpPool", [floats([3, -4, 1], [1, 1, 3])], ["kernel_shape": .ints([3]), "p": .int(1)],
      are: floats([8], [1, 1, 1]))
    let x = floats([1, -2, 2, 3, 0, -4], [1, 2, 3])
    try expectValues("GlobalLpPool", [x], are: floats([3, 5], [1, 2, 1]))
    try expectValues("GlobalLpPool", [x], ["p": .int(3)], are: floats([2.571_282, 4.497_941], [1, 2, 1]))
    try expectValues("GlobalAveragePool", [x], are: floats([1.0 / 3, -1.0 / 3], [1, 2, 1]))
    try expectValues("GlobalMaxPool", [x], are: floats([2, 3], [1, 2, 1]))
  }

  @Test(arguments: [
    ([2, 5, 11], [3], [2], [1], [1, 0]), ([1, 7, 9, 8], [3, 3], [2, 2], [1, 1], [1, 1, 1, 1]),
    ([2, 3, 8, 9], [2, 3], [1, 2], [2, 1], [0, 1, 1, 0]), ([1, 17, 6, 6], [2, 2], [2, 2], [1, 1], [0, 0, 0, 0]),
    ([1, 2, 6, 5, 7], [2, 3, 2], [2, 1, 3], [1, 2, 1], [1, 1, 0, 0, 1, 1]),
  ])
  func planEqualsReference(x: [Int], kernel: [Int], strides: [Int], dilations: [Int], pads: [Int]) throws {
    var random = TestRandom()
    for ceil in [0, 1] {
      let attributes: [String: Attribute] = [
        "kernel_shape": .ints(kernel), "strides": .ints(strides), "dilations": .ints(dilations), "pads": .ints(pads),
        "ceil_mode": .int(ceil),
      ]
      for type in [ElementType.float32, .float64, .float16] {
        let input = random.tensor(type, x)
        let tolerance = type == .float16 ? 1e-3 : 1e-6
        try Layer("MaxPool", input, [], attributes, results: 2).expectPlanEqualsReference(tolerance: 0)
        try Layer("MaxPool", input, [], attributes).expectPlanEqualsReference(tolerance: 0)
        try Layer("AveragePool", input, [], attributes).expectPlanEqualsReference(tolerance: tolerance)
        let counting = attributes.merging(["count_include_pad": .int(1)]) { $1 }
        try Layer("AveragePool", input, [], counting).expectPlanEqualsReference(tolerance: tolerance)
        try Layer("LpPool", input, [], attributes).expectPlanEqualsReference(tolerance: tolerance)
        for op in ["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"] {
          try Layer(op, input).expectPlanEqualsReference(tolerance: tolerance)
        }
      }
      for type in [ElementType.int8, .uint8] {
        try Layer("MaxPool", random.tensor(type, x, scale: 120), [], attributes, results: 2)
          .expectPlanEqualsReference()
      }
    }
  }

  @Test func planesWithoutElements() throws {
    let attributes: [String: Attribute] = [
      "kernel_shape": .ints([2, 2]), "pads": .ints([1, 1, 1, 1]), "storage_order": .int(1),
    ]
    let y = try SingleNode("MaxPool", [floats([], [1, 1, 0, 2])], attributes, results: 2).reference()
    #expect(y[1] == longs([0, 0, 0], [1, 1, 1, 3]))
  }

  @Test func refusals() throws {
    #expect(try SingleNode("MaxPool", [Self.square]).complaint().contains("kernel_shape"))
    #expect(
      try SingleNode("MaxPool", [Self.square], ["kernel_shape": .ints([6, 6])]).complaint().contains("does not fit"))
    #expect(try SingleNode("AveragePool", [longs([1, 2, 3], [1, 1, 3])]).complaint().contains("int64"))
    #expect(
      try SingleNode("LpPool", [Self.square], ["kernel_shape": .ints([1, 1]), "p": .int(0)]).complaint().contains("'p'")
    )
    let huge: [String: Attribute] = [
      "kernel_shape": .ints([1 << 20, 1 << 20]), "pads": .ints([1 << 19, 1 << 19, 1 << 19, 1 << 19]),
    ]
    #expect(try SingleNode("MaxPool", [Self.square], huge).complaint().contains("window"))
    #expect(try SingleNode("GlobalMaxPool", [floats([1, 2], [1, 2])]).complaint().contains("2 axes"))
  }
}
