import Graph
import Runtime
import Testing

@Suite struct ReductionTests {
  static let names = [
    "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
    "ReduceLogSumExp", "ReduceSumSquare",
  ]

  /// Of the rows [1, 2] and [-3, 4].
  @Test(arguments: [
    ("ReduceSum", [3, 1]), ("ReduceMean", [1.5, 0.5]), ("ReduceMax", [2, 4]), ("ReduceMin", [1, -3]),
    ("ReduceProd", [2, -12]), ("ReduceL1", [3, 7]), ("ReduceL2", [2.236_068, 5]),
    ("ReduceLogSum", [1.098_612_3, 0]), ("ReduceLogSumExp", [2.313_261_6, 4.000_911_5]),
    ("ReduceSumSquare", [5, 25]),
  ])
  func values(op: String, expected: [Float]) throws {
    let x = floats([1, 2, -3, 4], [2, 2])
    try SingleNode(op, [x, longs([1])]).expect(floats(expected, [2, 1]))
    try SingleNode(op, [x, longs([-1])], ["keepdims": .int(0)]).expect(floats(expected))
  }

  @Test(
    arguments: [
      ("ReduceSum", 0), ("ReduceMean", Float.nan), ("ReduceMax", -Float.infinity), ("ReduceMin", Float.infinity),
      ("ReduceProd", 1),
      ("ReduceL1", 0), ("ReduceL2", 0), ("ReduceLogSum", -Float.infinity), ("ReduceLogSumExp", -Float.infinity),
      ("ReduceSumSquare", 0),
    ] as [(String, Float)])
  func nothing(op: String, expected: Float) throws {
    try SingleNode(op, [floats([], [2, 0]), longs([1])]).expect(floats([expected, expected], [2, 1]))
  }

  @Test func noAxes() throws {
    let x = floats([1, 2, -3, 4], [2, 2])
    try SingleNode("ReduceSum", [x]).expect(floats([4], [1, 1]))
    try SingleNode("ReduceSum", [x, longs([])], ["keepdims": .int(0)]).expect(floats([4], []))
    try SingleNode("ReduceSum", [x, longs([])], ["noop_with_empty_axes": .int(1)]).expect(x)
    try SingleNode("ReduceSumSquare", [x], ["noop_with_empty_axes": .int(1)]).expect(floats([1, 4, 9, 16], [2, 2]))
    try SingleNode("ReduceMax", [floats([3], [])]).expect(floats([3], []))
  }

  @Test func integers() throws {
    let x = Tensor([Int32.max, 1, -7, 2], shape: [2, 2])
    try SingleNode("ReduceSum", [x, longs([1])]).expect(Tensor([Int32.min, -5], shape: [2, 1]))
    try SingleNode("ReduceMean", [x, longs([1])]).expect(Tensor([Int32(1 << 30), -2], shape: [2, 1]))
    try SingleNode("ReduceL2", [Tensor([Int32(3), 3], shape: [2])]).expect(Tensor([Int32(4)], shape: [1]))
    try SingleNode("ReduceMax", [Tensor([UInt64.max, 3], shape: [2])]).expect(Tensor([UInt64.max], shape: [1]))
    try SingleNode("ReduceMin", [Tensor([UInt64.max, 3], shape: [2])]).expect(Tensor([UInt64(3)], shape: [1]))
    try SingleNode("ReduceMax", [Tensor([Int8](), shape: [0])]).expect(Tensor([Int8.min], shape: [1]))
    try SingleNode("ReduceMin", [bools([true, false, true, true], [2, 2]), longs([1])])
      .expect(bools([false, true], [2, 1]))
    try SingleNode("ReduceMax", [bools([false, false, true, false], [2, 2]), longs([1])])
      .expect(bools([false, true], [2, 1]))
  }

  @Test func specialNumbers() throws {
    let x = floats([.nan, 1, .infinity, 2, -.infinity, -.infinity], [3, 2])
    try SingleNode("ReduceMax", [x, longs([1])]).expect(floats([.nan, .infinity, -.infinity], [3, 1]))
    try SingleNode("ReduceMin", [x, longs([1])]).expect(floats([.nan, 2, -.infinity], [3, 1]))
    try SingleNode("ReduceLogSumExp", [x, longs([1])]).expect(floats([.nan, .infinity, -.infinity], [3, 1]))
    try SingleNode("ReduceLogSumExp", [floats([1000, 1000])]).expect(floats([1000.693_15]))
  }

  @Test(arguments: names)
  func planEqualsReference(op: String) throws {
    var random = TestRandom()
    for type in [ElementType.float32, .float64, .float16, .int32, .int64, .uint32, .uint64] {
      for axes in [[0], [1], [2, 3], [3], [0, 2], [1, 2, 3], [0, 1, 2, 3]] as [[Int64]] {
        let x = random.tensor(type, [2, 3, 4, 5], scale: type.isInteger ? 9 : 1)
        for keep in [0, 1] {
          // The sum of random numbers may be negative, and its logarithm is what it is.
          let node = SingleNode(op, [x, longs(axes)], ["keepdims": .int(keep)])
          if op != "ReduceLogSum" || !type.isFloatingPoint { try node.expectPlanEqualsReference() }
        }
      }
    }
  }

  @Test func refusals() throws {
    let x = floats([1, 2], [1, 2])
    #expect(try SingleNode("ReduceSum", [x, longs([2])]).complaint().contains("axis 2"))
    #expect(try SingleNode("ReduceSum", [x, longs([1, -1])]).complaint().contains("twice"))
    #expect(try SingleNode("ReduceSum", [bools([true])]).complaint().contains("bool"))
  }

  @Test func positionsOfExtremes() throws {
    let x = floats([2, 1, 3, 3, 3, 0], [2, 3])
    try SingleNode("ArgMax", [x], ["axis": .int(1)]).expect(longs([2, 0], [2, 1]))
    try SingleNode("ArgMax", [x], ["axis": .int(1), "select_last_index": .int(1), "keepdims": .int(0)])
      .expect(longs([2, 1]))
    try SingleNode("ArgMin", [x], ["keepdims": .int(0)]).expect(longs([0, 0, 1]))
    try SingleNode("ArgMax", [floats([1, .nan, 5])]).expect(longs([1]))
    try SingleNode("ArgMin", [floats([1, .nan, -5])]).expect(longs([1]))
    try SingleNode("ArgMax", [floats([-0.0, 0, -1])]).expect(longs([0]))
    try SingleNode("ArgMax", [Tensor([UInt64(1), .max], shape: [2])]).expect(longs([1]))
    #expect(try SingleNode("ArgMax", [floats([], [2, 0])], ["axis": .int(1)]).complaint().contains("no elements"))
    var random = TestRandom()
    for type in BinaryOperatorTests.numeric {
      for axis in -4..<4 {
        for op in ["ArgMax", "ArgMin"] {
          try SingleNode(op, [random.tensor(type, [2, 3, 4, 5], scale: 4)], ["axis": .int(axis)])
            .expectPlanEqualsReference()
        }
      }
    }
  }

  @Test func topK() throws {
    let x = floats([2, 7, 7, -1, 3, .nan], [2, 3])
    try SingleNode("TopK", [x, longs([2])], results: 2)
      .expect(floats([7, 7, .nan, 3], [2, 2]), longs([1, 2, 2, 1], [2, 2]))
    try SingleNode("TopK", [x, longs([1])], ["largest": .int(0), "axis": .int(0)], results: 2)
      .expect(floats([-1, 3, 7], [1, 3]), longs([1, 1, 0], [1, 3]))
    try SingleNode("TopK", [x, longs([0])], results: 2).expect(floats([], [2, 0]), longs([], [2, 0]))
    #expect(try SingleNode("TopK", [x, longs([4])], results: 2).complaint().contains("[4]"))
    var random = TestRandom()
    for type in BinaryOperatorTests.numeric {
      for axis in 0..<4 {
        let image = random.tensor(type, [3, 4, 5, 6], scale: 6)
        try SingleNode("TopK", [image, longs([3])], ["axis": .int(axis), "largest": .int(axis % 2)], results: 2)
          .expectPlanEqualsReference()
      }
    }
  }

  @Test func runningSums() throws {
    let x = floats([1, 2, 3])
    let axis = Tensor(scalar: Int32(0))
    try SingleNode("CumSum", [x, axis]).expect(floats([1, 3, 6]))
    try SingleNode("CumSum", [x, axis], ["exclusive": .int(1)]).expect(floats([0, 1, 3]))
    try SingleNode("CumSum", [x, axis], ["reverse": .int(1)]).expect(floats([6, 5, 3]))
    try SingleNode("CumSum", [x, axis], ["reverse": .int(1), "exclusive": .int(1)]).expect(floats([5, 3, 0]))
    try SingleNode("CumSum", [longs([1, 2, 3, 4], [2, 2]), longs([-1], [])]).expect(longs([1, 3, 3, 7], [2, 2]))
    var random = TestRandom()
    for dimension in 0..<4 {
      try SingleNode("CumSum", [random.tensor(.float64, [2, 3, 4, 5]), longs([Int64(dimension)], [])])
        .expectPlanEqualsReference()
    }
  }
}
