import Graph
import Runtime
import Testing

@Suite struct ConvTransposeTests {
  private static let x = Tensor((0..<9).map(Float.init), shape: [1, 1, 3, 3])
  private static let w = Tensor([Float](repeating: 1, count: 18), shape: [1, 2, 3, 3])

  /// The examples of ONNX's documentation.
  @Test func documentedExamples() throws {
    let plane: [Float] = [
      0, 1, 3, 3, 2, 3, 8, 15, 12, 7, 9, 21, 36, 27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8,
    ]
    try expectValues("ConvTranspose", [Self.x, Self.w], are: floats(plane + plane, [1, 2, 5, 5]))
    let line: [Float] = [0, 1, 3, 3, 2]
    try expectValues(
      "ConvTranspose", [floats([0, 1, 2], [1, 1, 3]), Tensor(shape: [1, 2, 3], repeating: 1)],
      are: floats(line + line, [1, 2, 5]))
    let dilated = [floats([3, 8, 1, 9, 5, 7, 3, 2, 6], [1, 1, 3, 3]), floats([7, 2, 1, 9], [1, 1, 2, 2])]
    try expectValues(
      "ConvTranspose", dilated, ["dilations": .ints([2, 2])],
      are: floats(
        [21, 56, 13, 16, 2, 63, 35, 67, 10, 14, 24, 22, 76, 76, 21, 9, 5, 88, 45, 63, 3, 2, 33, 18, 54],
        [1, 1, 5, 5]))
  }

  @Test func outputShapes() throws {
    func shape(_ attributes: [String: Attribute]) throws -> [Int] {
      try SingleNode("ConvTranspose", [Self.x, Self.w], attributes.merging(["strides": .ints([3, 2])]) { $1 })
        .reference()[0].shape
    }
    #expect(try shape([:]) == [1, 2, 9, 7])
    #expect(try shape(["output_padding": .ints([1, 1])]) == [1, 2, 10, 8])
    #expect(try shape(["output_shape": .ints([10, 8])]) == [1, 2, 10, 8])
    #expect(try shape(["pads": .ints([1, 2, 1, 2])]) == [1, 2, 7, 3])
    #expect(try shape(["auto_pad": .string("SAME_UPPER")]) == [1, 2, 9, 6])
    #expect(try shape(["auto_pad": .string("SAME_LOWER")]) == [1, 2, 9, 6])
  }

  /// A transposed convolution is the derivative of a convolution: `<conv(u), x> = <u, convTranspose(x)>`.
  @Test(arguments: [
    ([2, 6, 5], [6, 2, 3], 2, [2], [1], [1, 2]), ([1, 4, 5, 4], [4, 3, 3, 2], 1, [1, 2], [2, 1], [1, 0, 2, 1]),
    ([1, 4, 3, 4, 3], [4, 1, 2, 3, 2], 4, [2, 1, 3], [1, 2, 1], [0, 1, 1, 1, 0, 0]),
  ])
  func adjoint(x: [Int], w: [Int], groups: Int, strides: [Int], dilations: [Int], pads: [Int]) throws {
    var random = TestRandom()
    let attributes: [String: Attribute] = [
      "group": .int(groups), "strides": .ints(strides), "dilations": .ints(dilations), "pads": .ints(pads),
    ]
    let (input, weights) = (random.tensor(.float64, x), random.tensor(.float64, w))
    let y = try SingleNode("ConvTranspose", [input, weights], attributes).reference()[0]
    let u = random.tensor(.float64, y.shape)
    let back = try SingleNode("Conv", [u, weights], attributes).reference()[0]
    #expect(back.shape == x)
    let left = zip(back.doubles, input.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(u.doubles, y.doubles).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-11 && left != 0)
    try Layer("ConvTranspose", input, [weights], attributes).expectPlanEqualsReference(tolerance: 1e-12)
    let single = random.tensor(.float32, x)
    let bias = random.tensor(.float32, [w[1] * groups])
    try Layer("ConvTranspose", single, [random.tensor(.float32, w), bias], attributes).expectPlanEqualsReference()
  }

  @Test func refusals() throws {
    #expect(
      try SingleNode("ConvTranspose", [Self.x, Self.w], ["pads": .ints([3, 3, 3, 3])]).complaint().contains("-1"))
    #expect(try SingleNode("ConvTranspose", [Self.x, Self.w], ["group": .int(3)]).complaint().contains("3 groups"))
    #expect(
      try SingleNode("ConvTranspose", [Self.x, Self.w], ["output_shape": .ints([3])]).complaint()
        .contains("output_shape"))
  }
}
