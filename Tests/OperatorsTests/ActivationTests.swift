import Graph
import Runtime
import Testing

@Suite struct ActivationTests {
  /// Values at -2, 0.25 and 3.
  @Test(
    arguments: [
      ("Relu", [:], [0, 0.25, 3]), ("LeakyRelu", ["alpha": .float(0.1)], [-0.2, 0.25, 3]),
      ("ThresholdedRelu", ["alpha": .float(2)], [0, 0, 3]),
      ("Sigmoid", [:], [0.119_202_92, 0.562_176_5, 0.952_574_13]),
      ("HardSigmoid", ["alpha": .float(0.5), "beta": .float(0.6)], [0, 0.725, 1]),
      ("HardSigmoid", [:], [0.1, 0.55, 1]), ("HardSwish", [:], [-1.0 / 3, 0.135_416_67, 3]),
      ("Elu", ["alpha": .float(2)], [-1.729_329_4, 0.25, 3]),
      ("Selu", [:], [-1.520_166_5, 0.262_675_26, 3.152_103]),
      ("Selu", ["alpha": .float(2), "gamma": .float(3)], [-5.187_988, 0.75, 9]),
      ("Celu", ["alpha": .float(2)], [-1.264_241_1, 0.25, 3]),
      ("Tanh", [:], [-0.964_027_6, 0.244_918_66, 0.995_054_75]),
      ("Softplus", [:], [0.126_928_02, 0.825_939_4, 3.048_587_3]), ("Softsign", [:], [-2.0 / 3, 0.2, 0.75]),
      ("Gelu", [:], [-0.045_500_264, 0.149_676_62, 2.995_950_3]),
      ("Gelu", ["approximate": .string("tanh")], [-0.045_402_306, 0.149_675_35, 2.996_362_7]),
      ("Mish", [:], [-0.252_501_48, 0.169_572_4, 2.986_535]),
      ("Erf", [:], [-0.995_322_3, 0.276_326_4, 0.999_977_9]),
      ("Swish", ["alpha": .float(2)], [-0.035_972_42, 0.155_614_83, 2.992_582]),
      ("Shrink", ["lambd": .float(1.5), "bias": .float(0.5)], [-1.5, 0, 2.5]),
    ] as [(String, [String: Attribute], [Float])])
  func values(op: String, attributes: [String: Attribute], expected: [Float]) throws {
    let x = floats([-2, 0.25, 3], [3, 1])
    try expectValues(op, [x], attributes, are: floats(expected, [3, 1]), tolerance: 1e-6)
    var random = TestRandom()
    for (type, tolerance) in [(ElementType.float32, 2e-6), (.float64, 1e-6), (.float16, 2e-3)] {
      try Layer(op, random.tensor(type, [2, 3, 5, 7], scale: 6), [], attributes)
        .expectPlanEqualsReference(tolerance: tolerance)
    }
    if op != "Relu" && op != "Shrink" {
      #expect(try SingleNode(op, [longs([1])], attributes).complaint().contains("int64"))
    }
  }

  @Test func clip() throws {
    let x = floats([-2, 0.25, 3, .nan])
    let (low, high) = (floats([-1], []), floats([1], []))
    try SingleNode("Clip", [x, low, high]).expect(floats([-1, 0.25, 1, .nan]))
    try SingleNode("Clip", [x, low]).expect(floats([-1, 0.25, 3, .nan]))
    try SingleNode("Clip", [x, nil, high]).expect(floats([-2, 0.25, 1, .nan]))
    try SingleNode("Clip", [x]).expect(x)
    try SingleNode("Clip", [x, high, low]).expect(floats([-1, -1, -1, .nan]))
    try Layer("Clip", floats([-2, 0.25, 3]), [low, high]).expectPlanEqualsReference(tolerance: 0)
    let big = Tensor([UInt64.max, 5, 1 << 63], shape: [3])
    let most = Tensor(scalar: UInt64.max - 1)
    try SingleNode("Clip", [big, Tensor(scalar: UInt64(7)), most])
      .expect(Tensor([UInt64.max - 1, 7, 1 << 63], shape: [3]))
    try SingleNode(
      "Clip", [Tensor([Int8(-100), 3, 100], shape: [3]), Tensor(scalar: Int8(-5)), Tensor(scalar: Int8(6))]
    )
    .expect(Tensor([Int8(-5), 3, 6], shape: [3]))
    #expect(try SingleNode("Clip", [x, floats([1, 2])]).complaint().contains("scalar"))
    #expect(try SingleNode("Clip", [x, longs([1], [])]).complaint().contains("int64"))
  }

  @Test func parametricRelu() throws {
    let x = floats([-2, 4, -3, 1], [1, 2, 1, 2])
    try SingleNode("PRelu", [x, floats([0.5, 2], [2, 1, 1])]).expect(floats([-1, 4, -6, 1], [1, 2, 1, 2]))
    try SingleNode("PRelu", [longs([-3, 3]), longs([2])]).expect(longs([-6, 3]))
    try Layer("PRelu", x, [floats([0.5, 2], [2, 1, 1])]).expectPlanEqualsReference()
    #expect(try SingleNode("PRelu", [floats([1]), floats([1, 2])]).complaint().contains("broadcast"))
  }
}
