import Graph
import Runtime
import Testing

@Suite struct ConvTests {
  private static let square = Tensor((0..<25).map(Float.init), shape: [1, 1, 5, 5])
  private static let ones = Tensor([Float](repeating: 1, count: 9), shape: [1, 1, 3, 3])

  /// The examples of ONNX's documentation.
  @Test func documentedExamples() throws {
    let (x, w) = (Self.square, Self.ones)
    try expectValues(
      "Conv", [x, w], ["pads": .ints([1, 1, 1, 1])],
      are: floats(
        [
          12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144, 153, 162, 111, 72, 111, 117, 123, 84,
        ], [1, 1, 5, 5]))
    try expectValues("Conv", [x, w], are: floats([54, 63, 72, 99, 108, 117, 144, 153, 162], [1, 1, 3, 3]))
    try expectValues(
      "Conv", [x, w], ["auto_pad": .string("SAME_LOWER"), "strides": .ints([2, 2])],
      are: floats([12, 27, 24, 63, 108, 81, 72, 117, 84], [1, 1, 3, 3]))
    let tall = Tensor((0..<35).map(Float.init), shape: [1, 1, 7, 5])
    try expectValues(
      "Conv", [tall, w], ["pads": .ints([1, 0, 1, 0]), "strides": .ints([2, 2])],
      are: floats([21, 33, 99, 117, 189, 207, 171, 183], [1, 1, 4, 2]))
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var x: [Int]
    var w: [Int]
    var groups = 1
    var strides: [Int]?
    var dilations: [Int]?
    var pads: [Int]?
    var autoPad = "NOTSET"

    var testDescription: String { "\(x) * \(w), \(groups) groups, \(strides ?? []) \(dilations ?? []) \(pads ?? [])" }

    var attributes: [String: Attribute] {
      var result: [String: Attribute] = ["group": .int(groups), "auto_pad": .string(autoPad)]
      if let strides { result["strides"] = .ints(strides) }
      if let dilations { result["dilations"] = .ints(dilations) }
      if let pads { result["pads"] = .ints(pads) }
      return result
    }
  }

  static let cases = [
    Case(x: [2, 3, 11], w: [5, 3, 4]),
    Case(x: [1, 4, 9], w: [6, 2, 3], groups: 2, strides: [2], dilations: [2], pads: [3, 1]),
    Case(x: [1, 3, 13, 11], w: [8, 3, 3, 3], strides: [2, 2], pads: [0, 0, 1, 1]),
    Case(x: [2, 13, 7, 6], w: [27, 13, 1, 1]),
    Case(x: [1, 16, 5, 5], w: [33, 16, 1, 1], strides: [2, 2]),
    Case(x: [1, 51, 6, 9], w: [35, 51, 3, 5], pads: [2, 0, 1, 3]),
    Case(x: [1, 6, 10, 10], w: [6, 1, 3, 3], groups: 6, pads: [1, 1, 1, 1]),
    Case(x: [2, 19, 9, 12], w: [19, 1, 5, 5], groups: 19, strides: [2, 1], pads: [2, 2, 2, 2]),
    Case(x: [1, 4, 8, 8], w: [12, 1, 3, 3], groups: 4, dilations: [2, 1], pads: [1, 1, 1, 1]),
    Case(x: [1, 24, 6, 6], w: [24, 8, 3, 3], groups: 3, pads: [1, 1, 1, 1]),
    Case(x: [1, 96, 4, 4], w: [80, 48, 1, 1], groups: 2),
    Case(x: [1, 2, 7, 7], w: [3, 2, 3, 3], dilations: [3, 3], pads: [1, 0, 2, 4]),
    Case(x: [1, 1, 6, 6], w: [1, 1, 2, 2]),
    Case(x: [1, 2, 5, 6, 7], w: [4, 1, 3, 2, 3], groups: 2, strides: [1, 2, 1], pads: [1, 0, 1, 0, 1, 2]),
    Case(x: [1, 3, 4, 4, 4], w: [2, 3, 2, 2, 2], dilations: [2, 1, 3]),
    Case(x: [1, 2, 9, 10], w: [2, 2, 4, 3], strides: [2, 3], autoPad: "SAME_UPPER"),
    Case(x: [1, 2, 9, 10], w: [2, 2, 4, 2], strides: [1, 2], dilations: [2, 2], autoPad: "SAME_LOWER"),
    Case(x: [1, 2, 9, 10], w: [2, 2, 4, 3], strides: [2, 3], autoPad: "VALID"),
  ]

  @Test(arguments: cases)
  func againstDefinition(_ test: Case) throws {
    var random = TestRandom()
    let (x, w) = (random.tensor(.float64, test.x), random.tensor(.float64, test.w))
    let bias = random.tensor(.float64, [test.w[0]])
    let y = try SingleNode("Conv", [x, w, bias], test.attributes).reference()[0]
    let expected = definition(test, x.doubles, w.doubles, bias.doubles, output: y.shape)
    for (e, a) in zip(expected, y.doubles) { #expect(abs(e - a) < 1e-12) }
    #expect(expected.count == y.elementCount && expected.contains { $0 != 0 })
  }

  @Test(arguments: cases)
  func planEqualsReference(_ test: Case) throws {
    var random = TestRandom()
    let (x, w) = (random.tensor(.float32, test.x), random.tensor(.float32, test.w))
    let bias = random.tensor(.float32, [test.w[0]])
    try Layer("Conv", x, [w, bias], test.attributes).expectPlanEqualsReference()
    try Layer("Conv", x, [w], test.attributes).expectPlanEqualsReference()
    var fused = test.attributes
    fused["edge.activation"] = .int(Int(UnaryFunction.hardSwish.rawValue))
    let y = try SingleNode("Conv", [x, w], test.attributes).reference()[0]
    let residual = random.tensor(.float32, y.shape)
    try Layer("Conv", x, [w, bias, residual], fused).expectPlanEqualsReference(tolerance: 2e-5)
    fused["edge.activation"] = .int(Int(UnaryFunction.clip.rawValue))
    // What rounding leaves is small against the sums, less so against clipped ones.
    (fused["edge.activation_alpha"], fused["edge.activation_beta"]) = (.float(-0.25), .float(0.5))
    try Layer("Conv", x, [w, bias], fused).expectPlanEqualsReference(tolerance: 2e-5)
    try SingleNode("Conv", [x, w, bias], test.attributes).expectPlanClose()
  }

  @Test(arguments: [ElementType.float16, .float64])
  func otherTypes(_ type: ElementType) throws {
    var random = TestRandom()
    let (x, w) = (random.tensor(type, [1, 5, 6, 6]), random.tensor(type, [7, 5, 3, 3]))
    let tolerance = type == .float16 ? 1e-3 : 1e-12
    try Layer("Conv", x, [w, random.tensor(type, [7])]).expectPlanEqualsReference(tolerance: tolerance)
  }

  @Test func fusedResidualComesBeforeActivation() throws {
    let attributes: [String: Attribute] = ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))]
    let one = floats([1], [1, 1, 1, 1])
    try expectValues(
      "Conv", [floats([1, 2], [1, 1, 1, 2]), one, floats([3]), floats([-5, -4], [1, 1, 1, 2])], attributes,
      are: floats([0, 1], [1, 1, 1, 2]))
  }

  @Test func refusals() throws {
    let (x, w) = (Self.square, Self.ones)
    func complaint(_ x: Tensor, _ w: Tensor, _ attributes: [String: Attribute] = [:]) throws -> String {
      try SingleNode("Conv", [x, w], attributes).complaint()
    }
    #expect(try complaint(x.reshaped([1, 5, 5, 1]), w).contains("5 channels"))
    #expect(try complaint(x, Tensor(shape: [1, 1, 6, 6], repeating: 1)).contains("does not fit"))
    #expect(try complaint(x, w, ["group": .int(0)]).contains("0 groups"))
    #expect(try complaint(x, w, ["strides": .ints([0, 1])]).contains("strides"))
    #expect(try complaint(x, w, ["dilations": .ints([1 << 60, 1])]).contains("dilations"))
    #expect(try complaint(x, w, ["pads": .ints([-1, 0, 0, 0])]).contains("pads"))
    #expect(try complaint(x, w, ["pads": .ints([1, 1])]).contains("4 pads"))
    #expect(try complaint(x, w, ["kernel_shape": .ints([2, 2])]).contains("kernel_shape"))
    #expect(try complaint(x, w, ["auto_pad": .string("SAME")]).contains("auto_pad"))
    #expect(try complaint(x, w, ["pads": .ints([1 << 24, 1 << 24, 1 << 24, 1 << 24])]).contains("2^31"))
    #expect(try complaint(x.reshaped([25, 1]), w).contains("2 axes"))
    #expect(try complaint(x, w, ["edge.activation": .int(12_345)]).contains("edge.activation"))
    let wrong = [x, w, nil, Tensor(shape: [1, 1, 2, 2], repeating: 0)]
    #expect(try SingleNode("Conv", wrong).complaint().contains("residual"))
    #expect(try SingleNode("Conv", [x, w, floats([1, 2])]).complaint().contains("bias"))
  }

  /// A convolution as its definition reads, one output at a time over any number of axes.
  private func definition(
    _ test: Case, _ x: [Double], _ w: [Double], _ bias: [Double], output: [Int]
  ) -> [Double] {
    let rank = test.x.count - 2
    let strides = test.strides ?? [Int](repeating: 1, count: rank)
    let dilations = test.dilations ?? [Int](repeating: 1, count: rank)
    var begin = Array((test.pads ?? [Int](repeating: 0, count: 2 * rank))[..<rank])
    if test.autoPad.hasPrefix("SAME") {
      for axis in 0..<rank {
        let span = (test.w[axis + 2] - 1) * dilations[axis] + 1
        let total = max(0, (output[axis + 2] - 1) * strides[axis] + span - test.x[axis + 2])
        begin[axis] = test.autoPad == "SAME_UPPER" ? total / 2 : (total + 1) / 2
      }
    }
    let (xStrides, wStrides) = (Shape.rowMajorStrides(test.x), Shape.rowMajorStrides(test.w))
    return indices(output).map { o in
      indices(Array(test.w[1...])).reduce(bias[o[1]]) { sum, tap in
        let channel = o[1] / (test.w[0] / test.groups) * test.w[1] + tap[0]
        var (place, weight) = (o[0] * xStrides[0] + channel * xStrides[1], o[1] * wStrides[0] + tap[0] * wStrides[1])
        for axis in 0..<rank {
          let position = o[axis + 2] * strides[axis] + tap[axis + 1] * dilations[axis] - begin[axis]
          if position < 0 || position >= test.x[axis + 2] { return sum }
          place += position * xStrides[axis + 2]
          weight += tap[axis + 1] * wStrides[axis + 2]
        }
        return sum + x[place] * w[weight]
      }
    }
  }

  /// All positions in a shape, in row-major order.
  private func indices(_ shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { rows, extent in rows.flatMap { row in (0..<extent).map { row + [$0] } } }
  }
}

extension SingleNode {
  /// The same as `expectPlanEqualsReference` with a tolerance for sums: a share of the largest element.
  func expectPlanClose(tolerance: Double = 2e-6, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (e, a) in zip(try reference(), try plan()) {
      try #require(e.type == a.type && e.shape == a.shape, sourceLocation: sourceLocation)
      let bound = tolerance * (e.doubles.map(abs).max() ?? 0)
      let worst = zip(e.doubles, a.doubles).map { $0 == $1 ? 0 : abs($0 - $1) }.max() ?? 0
      #expect(worst <= bound, "largest difference \(worst)", sourceLocation: sourceLocation)
    }
  }
}
