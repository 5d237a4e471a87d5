import Graph
import Runtime
import Testing

@Suite struct UnaryMathTests {
  /// Values from a table of functions, one or two for each, so that no function is mistaken for another.
  @Test(arguments: [
    ("Sqrt", 2.25, 1.5), ("Exp", 1, 2.718_281_828), ("Log", 10, 2.302_585_093), ("Reciprocal", -4, -0.25),
    ("Floor", -1.5, -2), ("Ceil", -1.5, -1), ("Round", 2.5, 2), ("Round", -1.5, -2), ("Round", 0.4999, 0),
    ("Abs", -3, 3), ("Neg", 3, -3), ("Sign", -7, -1), ("Sign", 0, 0), ("Sin", 1, 0.841_470_985),
    ("Cos", 1, 0.540_302_306), ("Tan", 1, 1.557_407_725), ("Asin", 0.5, 0.523_598_776),
    ("Acos", 0.5, 1.047_197_551), ("Atan", 1, 0.785_398_163), ("Sinh", 1, 1.175_201_194),
    ("Cosh", 1, 1.543_080_635), ("Asinh", 1, 0.881_373_587), ("Acosh", 2, 1.316_957_897),
    ("Atanh", 0.5, 0.549_306_144),
  ])
  func value(op: String, x: Double, y: Double) throws {
    for type in [ElementType.float32, .float64, .float16] {
      let node = SingleNode(op, [Tensor(type: type, shape: [], doubles: [x])])
      let results = try [node.reference()[0], node.plan()[0]]
      for result in results {
        #expect(result.type == type && result.shape.isEmpty)
        #expect(abs(result.doubles[0] - y) <= (type == .float16 ? 1e-3 : 1e-6) * abs(y))
      }
    }
  }

  @Test(arguments: [
    "Sqrt", "Exp", "Log", "Reciprocal", "Floor", "Ceil", "Round", "Abs", "Neg", "Sign", "Sin", "Cos", "Tan", "Asin",
    "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Identity",
  ])
  func planEqualsReference(op: String) throws {
    var random = TestRandom()
    for type in [ElementType.float32, .float64, .float16] {
      try SingleNode(op, [random.tensor(type, [2, 3, 5, 7], scale: 3)]).expectPlanEqualsReference()
      try SingleNode(op, [random.tensor(type, [1001], scale: 0.9)]).expectPlanEqualsReference()
    }
    try SingleNode(op, [floats([.infinity, -.infinity, .nan, 0, -0.0])]).expectPlanEqualsReference()
    try SingleNode(op, [floats([], [3, 0])]).expectPlanEqualsReference()
  }

  @Test func integersAreExactAndWrapAround() throws {
    let extremes = longs([.min, .max, -1, 0, 9_007_199_254_740_993])
    try SingleNode("Abs", [extremes]).expect(longs([.min, .max, 1, 0, 9_007_199_254_740_993]))
    try SingleNode("Neg", [extremes]).expect(longs([.min, -.max, 1, 0, -9_007_199_254_740_993]))
    try SingleNode("Sign", [extremes]).expect(longs([-1, 1, -1, 0, 1]))
    try SingleNode("BitwiseNot", [extremes]).expect(longs([.max, .min, 0, -1, -9_007_199_254_740_994]))
    let bytes = Tensor([Int8.min, -1, 127], shape: [3])
    try SingleNode("Abs", [bytes]).expect(Tensor([Int8.min, 1, 127], shape: [3]))
    try SingleNode("BitwiseNot", [Tensor([UInt8(0), 255, 170], shape: [3])])
      .expect(Tensor([UInt8(255), 0, 85], shape: [3]))
    try SingleNode("Sign", [Tensor([UInt64.max, 0], shape: [2])]).expect(Tensor([UInt64(1), 0], shape: [2]))
    try SingleNode("Abs", [Tensor([UInt64.max, 1], shape: [2])]).expect(Tensor([UInt64.max, 1], shape: [2]))
  }

  @Test func predicates() throws {
    let x = floats([.nan, .infinity, -.infinity, 1])
    try SingleNode("IsNaN", [x]).expect(bools([true, false, false, false]))
    try SingleNode("IsInf", [x]).expect(bools([false, true, true, false]))
    try SingleNode("IsInf", [x], ["detect_negative": .int(0)]).expect(bools([false, true, false, false]))
    try SingleNode("IsInf", [x], ["detect_positive": .int(0)]).expect(bools([false, false, true, false]))
    try SingleNode("Not", [bools([true, false])]).expect(bools([false, true]))
  }

  @Test func refusesTypes() throws {
    #expect(try SingleNode("Sqrt", [longs([4])]).complaint().contains("int64"))
    #expect(try SingleNode("Not", [floats([1])]).complaint().contains("bool"))
    #expect(try SingleNode("Neg", [Tensor([UInt8(1)], shape: [1])]).complaint().contains("uint8"))
    #expect(try SingleNode("Abs", []).complaint().contains("operand 0"))
  }
}
