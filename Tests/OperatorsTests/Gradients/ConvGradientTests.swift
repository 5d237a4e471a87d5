import Compiler
import Graph
import Operators
import Runtime
import Testing

@Suite struct ConvGradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var x: [Int]
    var w: [Int]
    var groups = 1
    var strides: [Int]?
    var dilations: [Int]?
    var pads: [Int]?
    var autoPad = "NOTSET"
    var outputPadding: [Int]?

    var testDescription: String { "\(x) * \(w), \(groups) groups, \(strides ?? []) \(dilations ?? []) \(pads ?? [])" }

    var attributes: [String: Attribute] {
      var result: [String: Attribute] = ["group": .int(groups), "auto_pad": .string(autoPad)]
      if let strides { result["strides"] = .ints(strides) }
      if let dilations { result["dilations"] = .ints(dilations) }
      if let pads { result["pads"] = .ints(pads) }
      if let outputPadding { result["output_padding"] = .ints(outputPadding) }
      return result
    }
  }

  static let small = [
    Case(x: [2, 3, 7], w: [4, 3, 3], pads: [1, 1]),
    Case(x: [1, 4, 9], w: [6, 2, 3], groups: 2, strides: [2], dilations: [2], pads: [3, 1]),
    Case(x: [2, 3, 5, 4], w: [5, 3, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [1, 3, 6, 5], w: [2, 3, 3, 3], strides: [2, 2], pads: [1, 1, 1, 1]),
    Case(x: [2, 4, 5, 6], w: [3, 4, 1, 1], strides: [2, 2]),
    Case(x: [1, 2, 7, 8], w: [3, 2, 5, 2], strides: [3, 2], pads: [2, 0, 1, 1]),
    Case(x: [1, 2, 6, 7], w: [2, 2, 2, 3], strides: [4, 3], dilations: [3, 2], pads: [1, 2, 0, 3]),
    Case(x: [1, 2, 8, 8], w: [2, 2, 3, 3], strides: [2, 2], dilations: [2, 2], pads: [2, 2, 2, 2]),
    Case(x: [1, 2, 4, 4], w: [2, 2, 1, 1], pads: [2, 1, 1, 3]),
    Case(x: [2, 4, 5, 5], w: [4, 1, 3, 3], groups: 4, pads: [1, 1, 1, 1]),
    Case(x: [1, 5, 6, 7], w: [5, 1, 3, 3], groups: 5, strides: [2, 2], pads: [0, 1, 1, 1]),
    Case(x: [1, 6, 4, 5], w: [4, 3, 3, 1], groups: 2, pads: [1, 0, 1, 0]),
    Case(x: [1, 2, 9, 4], w: [2, 2, 4, 3], strides: [2, 1], autoPad: "SAME_UPPER"),
    Case(x: [1, 2, 3, 4, 3], w: [2, 1, 2, 3, 2], groups: 2, strides: [1, 2, 1], pads: [1, 0, 1, 0, 1, 0]),
    Case(x: [2, 1, 3, 3], w: [1, 1, 2, 2]),
  ]

  @Test(arguments: small) func convolution(_ test: Case) throws {
    var random = TestRandom(seed: 35)
    let (x, w) = (random.tensor(.float64, test.x), random.tensor(.float64, test.w))
    let bias = random.tensor(.float64, [test.w[0]])
    try GradientCheck("Conv", [x, w, bias], test.attributes).expectCorrect()
    // Weights that are known, or the input.
    try GradientCheck("Conv", [x, w], test.attributes, wanted: [0]).expectPlanEqualsReference()
    try GradientCheck("Conv", [x, w], test.attributes, wanted: [1]).expectPlanEqualsReference()
  }

  @Test func residual() throws {
    var random = TestRandom(seed: 36)
    let (x, w) = (random.tensor(.float64, [1, 2, 4, 3]), random.tensor(.float64, [3, 2, 2, 2]))
    try GradientCheck("Conv", [x, w, nil, random.tensor(.float64, [1, 3, 3, 2])]).expectCorrect()
  }

  static let transposed = [
    Case(x: [2, 3, 4], w: [3, 2, 3], strides: [2], pads: [1, 0]),
    Case(x: [1, 4, 3, 4], w: [4, 2, 3, 3], strides: [2, 2], pads: [1, 1, 1, 1], outputPadding: [1, 1]),
    Case(x: [1, 4, 3, 4], w: [4, 2, 2, 3], groups: 2, strides: [2, 1], dilations: [1, 2]),
    Case(x: [1, 2, 3, 3], w: [2, 3, 1, 1], strides: [3, 2], outputPadding: [2, 1]),
    Case(x: [1, 2, 3, 3], w: [2, 2, 3, 3], strides: [2, 2], autoPad: "SAME_UPPER"),
    Case(x: [1, 3, 3, 4], w: [3, 1, 3, 3], groups: 3, strides: [2, 2], pads: [1, 1, 1, 1]),
  ]

  @Test(arguments: transposed) func transposedConvolution(_ test: Case) throws {
    var random = TestRandom(seed: 32)
    let (x, w) = (random.tensor(.float64, test.x), random.tensor(.float64, test.w))
    let bias = random.tensor(.float64, [test.w[1] * test.groups])
    try GradientCheck("ConvTranspose", [x, w, bias], test.attributes).expectCorrect()
  }

  /// Large enough for blocks, chunks, copied slices of channels and several tasks: too large for finite differences.
  static let large = [
    Case(x: [8, 16, 32, 32], w: [16, 16, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [9, 3, 17, 16], w: [16, 3, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [3, 13, 9, 11], w: [27, 13, 3, 3], strides: [2, 2], pads: [1, 1, 1, 1]),
    Case(x: [5, 16, 12, 12], w: [32, 16, 3, 3], strides: [2, 2], pads: [1, 1, 1, 1]),
    Case(x: [5, 16, 12, 12], w: [32, 16, 1, 1], strides: [2, 2]),
    Case(x: [6, 130, 5, 7], w: [150, 130, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [2, 288, 4, 4], w: [96, 288, 1, 1]),
    Case(x: [4, 24, 9, 9], w: [144, 24, 1, 1]),
    Case(x: [4, 200, 6, 6], w: [200, 1, 3, 3], groups: 200, pads: [1, 1, 1, 1]),
    Case(x: [4, 37, 9, 8], w: [37, 1, 5, 5], groups: 37, strides: [2, 2], pads: [2, 2, 2, 2]),
    Case(x: [2, 192, 6, 6], w: [384, 96, 3, 3], groups: 2, pads: [1, 1, 1, 1]),
    Case(x: [2, 64, 7, 7], w: [64, 4, 3, 3], groups: 16, pads: [1, 1, 1, 1]),
    Case(x: [1, 7, 40, 70], w: [9, 7, 5, 5], dilations: [2, 1], pads: [4, 2, 4, 2]),
    Case(x: [70, 100, 2, 2], w: [90, 100, 3, 3], pads: [1, 1, 1, 1]),
  ]

  @Test(arguments: large) func compiled(_ test: Case) throws {
    var random = TestRandom(seed: 33)
    let (x, w) = (random.tensor(.float64, test.x), random.tensor(.float64, test.w))
    let bias = random.tensor(.float64, [test.w[0]])
    try GradientCheck("Conv", [x, w, bias], test.attributes).expectPlanEqualsReference()
  }

  /// Large enough for Winograd's algorithm, whose rounding is its own.
  static let winograd = [
    Case(x: [2, 32, 18, 17], w: [32, 32, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [40, 40, 4, 4], w: [51, 40, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [9, 8, 9, 8], w: [13, 8, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [128, 48, 2, 2], w: [48, 48, 3, 3], pads: [1, 1, 1, 1]),
    Case(x: [4, 64, 14, 15], w: [33, 64, 3, 3], pads: [0, 2, 1, 0]),
  ]

  @Test(arguments: winograd) func compiledToWinograd(_ test: Case) throws {
    var random = TestRandom(seed: 37)
    let (x, w) = (random.tensor(.float64, test.x), random.tensor(.float64, test.w))
    let bias = random.tensor(.float64, [test.w[0]])
    try GradientCheck("Conv", [x, w, bias], test.attributes).expectPlanEqualsReference(tolerance: 1e-4)
  }

  @Test func refusesFusedActivation() throws {
    let x = Tensor(type: .float64, shape: [1, 1, 2, 2], doubles: [1, 2, 3, 4])
    #expect(throws: GraphError.self) {
      try GradientCheck("Conv", [x, x], ["edge.activation": .int(Int(UnaryFunction.relu.rawValue))]).expectCorrect()
    }
  }

  @Test func refusals() throws {
    let (dy, w) = (Tensor(shape: [1, 2, 3, 3], repeating: 1), Tensor(shape: [2, 1, 2, 2], repeating: 1))
    func complaint(_ attributes: [String: Attribute]) throws -> String {
      try SingleNode("ConvDataGradient", [dy, w], attributes).complaint()
    }
    #expect(try complaint([:]).contains("input_shape"))
    #expect(try complaint(["input_shape": .ints([1, -1, 4, 4])]).contains("input_shape"))
    #expect(try complaint(["input_shape": .ints([1, 1, 5, 4])]).contains("the result was"))
    #expect(try SingleNode("ConvWeightsGradient", [dy, dy]).complaint().contains("kernel_shape"))
    #expect(
      try SingleNode("ConvWeightsGradient", [dy, dy], ["kernel_shape": .ints([2, 2])]).complaint().contains(
        "the result was"))
  }

  @Test(arguments: [ElementType.float16, .float64]) func otherTypes(_ type: ElementType) throws {
    var random = TestRandom(seed: 34)
    let (dy, w) = (random.tensor(type, [2, 4, 3, 3]), random.tensor(type, [4, 3, 3, 3]))
    let x = random.tensor(type, [2, 3, 6, 5])
    var attributes: [String: Attribute] = ["strides": .ints([2, 2]), "pads": .ints([1, 1, 1, 1])]
    attributes["kernel_shape"] = .ints([3, 3])
    try SingleNode("ConvWeightsGradient", [x, dy], attributes).expectPlanClose(tolerance: 2e-3)
    attributes["input_shape"] = .ints([2, 3, 6, 5])
    try SingleNode("ConvDataGradient", [dy, w], attributes).expectPlanClose(tolerance: 2e-3)
  }
}
