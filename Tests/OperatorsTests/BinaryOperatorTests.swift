import Graph
import Runtime
import Testing

@Suite struct BinaryOperatorTests {
  static let numeric: [ElementType] = [
    .float32, .float64, .float16, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64,
  ]

  @Test func arithmetic() throws {
    let (a, b) = (floats([1, 2, 3, 4], [2, 2]), floats([10, 4], [2]))
    try SingleNode("Add", [a, b]).expect(floats([11, 6, 13, 8], [2, 2]))
    try SingleNode("Sub", [a, b]).expect(floats([-9, -2, -7, 0], [2, 2]))
    try SingleNode("Mul", [a, b]).expect(floats([10, 8, 30, 16], [2, 2]))
    try SingleNode("Div", [a, b]).expect(floats([0.1, 0.5, 0.3, 1], [2, 2]))
  }

  @Test func integersWrapAroundAndNeverTrap() throws {
    let a = longs([.max, .min, 7, -7, 5, .min])
    let b = longs([1, 1, -2, 2, 0, -1])
    try SingleNode("Add", [a, b]).expect(longs([.min, .min + 1, 5, -5, 5, .max]))
    try SingleNode("Sub", [a, b]).expect(longs([.max - 1, .max, 9, -9, 5, .min + 1]))
    try SingleNode("Mul", [a, longs([2, 2, -2, 2, 0, -1])]).expect(longs([-2, 0, -14, -14, 0, .min]))
    try SingleNode("Div", [a, b]).expect(longs([.max, .min, -3, -3, 0, .min]))
    try SingleNode("Mod", [a, b]).expect(longs([0, 0, -1, 1, 0, 0]))
    try SingleNode("Mod", [a, b], ["fmod": .int(1)]).expect(longs([0, 0, 1, -1, 0, 0]))
    let bytes = Tensor([UInt8(250), 3], shape: [2])
    try SingleNode("Add", [bytes, Tensor([UInt8(10)], shape: [1])]).expect(Tensor([UInt8(4), 13], shape: [2]))
    let big = Tensor([UInt64.max, 1 << 63], shape: [2])
    try SingleNode("Div", [big, Tensor([UInt64(2)], shape: [1])])
      .expect(Tensor([UInt64.max / 2, 1 << 62], shape: [2]))
    try SingleNode("Greater", [big, Tensor([UInt64(1)], shape: [1])]).expect(bools([true, true]))
    try SingleNode("Max", [big, Tensor([UInt64(1)], shape: [1])]).expect(big)
  }

  @Test func remaindersOfFloats() throws {
    let (a, b) = (floats([-4.25, 7, 5, 4.25, -7, 8]), floats([2, -3, 8, -2, 3, 5]))
    try SingleNode("Mod", [a, b]).expect(floats([1.75, -2, 5, -1.75, 2, 3]))
    try SingleNode("Mod", [a, b], ["fmod": .int(1)]).expect(floats([-0.25, 1, 5, 0.25, -1, 3]))
    let special = [floats([.infinity, 1, -1, 1]), floats([2, 0, .infinity, -.infinity])]
    try SingleNode("Mod", special).expect(floats([.nan, .nan, .infinity, -.infinity]))
  }

  @Test func comparisonsAndLogic() throws {
    let (a, b) = (floats([1, 2, 3, .nan]), floats([2, 2, 2, .nan]))
    try SingleNode("Equal", [a, b]).expect(bools([false, true, false, false]))
    try SingleNode("Less", [a, b]).expect(bools([true, false, false, false]))
    try SingleNode("LessOrEqual", [a, b]).expect(bools([true, true, false, false]))
    try SingleNode("Greater", [a, b]).expect(bools([false, false, true, false]))
    try SingleNode("GreaterOrEqual", [a, b]).expect(bools([false, true, true, false]))
    let (p, q) = (bools([false, false, true, true]), bools([false, true, false, true]))
    try SingleNode("And", [p, q]).expect(bools([false, false, false, true]))
    try SingleNode("Or", [p, q]).expect(bools([false, true, true, true]))
    try SingleNode("Xor", [p, q]).expect(bools([false, true, true, false]))
    try SingleNode("Equal", [p, q]).expect(bools([true, false, false, true]))
  }

  @Test func bits() throws {
    let (a, b) = (Tensor([Int32(12), -1], shape: [2]), Tensor([Int32(10), 7], shape: [2]))
    try SingleNode("BitwiseAnd", [a, b]).expect(Tensor([Int32(8), 7], shape: [2]))
    try SingleNode("BitwiseOr", [a, b]).expect(Tensor([Int32(14), -1], shape: [2]))
    try SingleNode("BitwiseXor", [a, b]).expect(Tensor([Int32(6), -8], shape: [2]))
  }

  @Test func shifts() throws {
    let (x, y) = (Tensor([UInt8(16), 4, 255], shape: [3]), Tensor([UInt8(1), 2, 9], shape: [3]))
    try SingleNode("BitShift", [x, y], ["direction": .string("LEFT")]).expect(Tensor([UInt8(32), 16, 0], shape: [3]))
    try SingleNode("BitShift", [x, y], ["direction": .string("RIGHT")]).expect(Tensor([UInt8(8), 1, 0], shape: [3]))
  }

  @Test func largestAndSmallest() throws {
    let operands = [floats([1, 5, .nan, 2]), floats([3, 1, 1, .nan]), floats([2])]
    try SingleNode("Max", operands).expect(floats([3, 5, .nan, .nan]))
    try SingleNode("Min", operands).expect(floats([1, 1, .nan, .nan]))
    try SingleNode("Max", [floats([1, 2])]).expect(floats([1, 2]))
    try SingleNode("Sum", [floats([1, 2], [2, 1]), floats([10, 20]), floats([100], [])])
      .expect(floats([111, 121, 112, 122], [2, 2]))
    try SingleNode("Mean", [floats([1, 2]), floats([3, 4]), floats([8])]).expect(floats([4, 14 / 3]))
  }

  @Test func powers() throws {
    try SingleNode("Pow", [floats([1, 2, 3]), floats([4, 5, 6])]).expect(floats([1, 32, 729]))
    try SingleNode("Pow", [floats([1, -2, 3]), longs([2], [])]).expect(floats([1, 4, 9]))
    try SingleNode("Pow", [Tensor([Int32(2), 3], shape: [2]), floats([0.5, 2])])
      .expect(Tensor([Int32(1), 9], shape: [2]))
    try SingleNode("Pow", [longs([3, -1, 2, 0]), Tensor([Int32(39), -3, -1, 0], shape: [4])])
      .expect(longs([4_052_555_153_018_976_267, -1, 0, 1]))
    try SingleNode("Pow", [Tensor([Float16(2), 3], shape: [2]), floats([0.5, 2])])
      .expect(Tensor([Float16(1.4142), 9], shape: [2]))
  }

  @Test func selection() throws {
    let condition = bools([true, false, true, true], [2, 2])
    try SingleNode("Where", [condition, longs([1, 2]), longs([9], [1, 1])]).expect(longs([1, 9, 1, 2], [2, 2]))
  }

  @Test(arguments: [
    "Add", "Sub", "Mul", "Div", "Mod", "Max", "Min", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual",
  ])
  func planEqualsReference(op: String) throws {
    var random = TestRandom()
    let shapes: [([Int], [Int])] = [
      ([2, 3, 4, 5], [2, 3, 4, 5]), ([2, 3, 4, 5], [3, 1, 1]), ([1, 3, 1, 5], [2, 1, 4, 1]), ([], [7]),
      ([2, 70], [70]), ([0, 3], [3]),
    ]
    for type in Self.numeric {
      for (left, right) in shapes {
        let (a, b) = (random.tensor(type, left, scale: 100), random.tensor(type, right, scale: 10))
        let fmod: [String: Attribute] = op == "Mod" && type.isFloatingPoint ? ["fmod": .int(1)] : [:]
        try SingleNode(op, [a, b], fmod).expectPlanEqualsReference()
      }
    }
  }

  @Test func fusedActivation() throws {
    let relu = ["edge.activation": Attribute.int(Int(UnaryFunction.relu.rawValue))]
    try SingleNode("Add", [floats([1, -2]), floats([-3, 5])], relu).expect(floats([0, 3]))
    let clip: [String: Attribute] = [
      "edge.activation": .int(Int(UnaryFunction.clip.rawValue)), "edge.activation_alpha": .float(-1),
      "edge.activation_beta": .float(2),
    ]
    try SingleNode("Add", [floats([1, -2]), floats([-3, 5])], clip).expect(floats([-1, 2]))
    #expect(
      try SingleNode("Add", [floats([1]), floats([1])], ["edge.activation": .int(999)]).complaint().contains("999"))
  }

  @Test func refusals() throws {
    #expect(try SingleNode("Add", [floats([1, 2]), floats([1, 2, 3])]).complaint().contains("2 and 3"))
    #expect(try SingleNode("Add", [floats([1]), longs([1])]).complaint().contains("float32 and int64"))
    #expect(try SingleNode("And", [floats([1]), floats([1])]).complaint().contains("bool"))
    #expect(try SingleNode("BitShift", [longs([1]), longs([1])]).complaint().contains("direction"))
    #expect(try SingleNode("Max", [floats([1]), nil, floats([1])]).complaint().contains("left out"))
  }
}
