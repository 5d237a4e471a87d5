import Graph
import Runtime
import Testing

/// Operators that move, repeat, pick or fill elements.
@Suite struct MovementTests {
  private let x = TestRandom.sequence([3, 4])
  private let image = TestRandom.sequence([2, 3, 4, 5])

  @Test func concat() throws {
    let (a, b) = (floats([1, 2], [2, 1]), floats([3, 4, 5, 6], [2, 2]))
    try SingleNode("Concat", [a, b], ["axis": .int(1)]).expect(floats([1, 3, 4, 2, 5, 6], [2, 3]))
    try SingleNode("Concat", [b, b], ["axis": .int(-2)]).expect(floats([3, 4, 5, 6, 3, 4, 5, 6], [4, 2]))
    try SingleNode("Concat", [a], ["axis": .int(0)]).expect(a)
    try SingleNode("Concat", [floats([], [2, 0]), b], ["axis": .int(1)]).expect(b)
    for axis in 0..<4 {
      try SingleNode("Concat", [image, image, image], ["axis": .int(axis)]).expectPlanEqualsReference()
    }
    #expect(try SingleNode("Concat", [a, x], ["axis": .int(1)]).complaint().contains("3x4"))
    #expect(try SingleNode("Concat", [a, b]).complaint().contains("axis"))
  }

  @Test func split() throws {
    let row = floats([1, 2, 3, 4, 5, 6, 7])
    try SingleNode("Split", [row], ["num_outputs": .int(3)], results: 3)
      .expect(floats([1, 2, 3]), floats([4, 5, 6]), floats([7]))
    try SingleNode("Split", [row, longs([2, 0, 5])], results: 3)
      .expect(floats([1, 2]), floats([]), floats([3, 4, 5, 6, 7]))
    try SingleNode("Split", [x], ["axis": .int(-1)], results: 2)
      .expect(floats([0, 1, 4, 5, 8, 9], [3, 2]), floats([2, 3, 6, 7, 10, 11], [3, 2]))
    try SingleNode("Split", [image], ["axis": .int(1)], results: 3).expectPlanEqualsReference()
    #expect(try SingleNode("Split", [row, longs([2, 4])], results: 2).complaint().contains("[2, 4]"))
    #expect(try SingleNode("Split", [row, longs([8, -1])], results: 2).complaint().contains("[8, -1]"))
    #expect(try SingleNode("Split", [row], ["num_outputs": .int(2)], results: 3).complaint().contains("num_outputs"))
    #expect(try SingleNode("Split", [row], results: 6).complaint().contains("cannot be split"))
  }

  private func slice(
    _ x: Tensor, _ starts: [Int64], _ ends: [Int64], _ axes: [Int64]? = nil, _ steps: [Int64]? = nil
  ) -> SingleNode {
    SingleNode("Slice", [x, longs(starts), longs(ends), axes.map { longs($0) }, steps.map { longs($0) }])
  }

  @Test func slices() throws {
    try slice(x, [1, 0], [2, 3], [0, 1], [1, 2]).expect(floats([4, 6], [1, 2]))
    try slice(x, [0, 1], [-1, 1000]).expect(floats([1, 2, 3, 5, 6, 7], [2, 3]))
    try slice(x, [-1], [.min], [1], [-1]).expect(floats([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8], [3, 4]))
    try slice(x, [.max], [0], [1], [-2]).expect(floats([3, 1, 7, 5, 11, 9], [3, 2]))
    try slice(x, [2], [1], [0]).expect(floats([], [0, 4]))
    try slice(x, [.min, .max], [.max, .min], [0, 1], [.max, .min]).expect(floats([3], [1, 1]))
    try slice(image, [3, 0, 4], [0, 2, 0], [2, 1, 3], [-1, 1, -3]).expectPlanEqualsReference()
    try slice(image, [1, 1], [4, 5], [2, 3], [2, 3]).expectPlanEqualsReference()
    #expect(try slice(x, [0], [1], [0], [0]).complaint().contains("step of 0"))
    #expect(try slice(x, [0], [1], [2]).complaint().contains("axis 2"))
    #expect(try slice(x, [0, 0], [1]).complaint().contains("1 ends"))
    #expect(try slice(x, [0, 0], [1, 1], [1, -1]).complaint().contains("twice"))
  }

  @Test func slicesGradients() throws {
    func gradient(_ dy: Tensor, _ starts: [Int], _ steps: [Int], _ shape: [Int]) -> SingleNode {
      SingleNode(
        "SliceGradient", [dy], ["starts": .ints(starts), "steps": .ints(steps), "input_shape": .ints(shape)])
    }
    let dy = floats([1, 2, 3, 4], [2, 2])
    try gradient(dy, [0, 1], [1, 2], [2, 4]).expect(floats([0, 1, 0, 2, 0, 3, 0, 4], [2, 4]))
    try gradient(dy, [0, 1], [2, 1], [3, 4]).expect(floats([0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0], [3, 4]))
    try gradient(floats([], [0, 2]), [0, 0], [1, 1], [1, 2]).expect(floats([0, 0], [1, 2]))
    var random = TestRandom(seed: 35)
    try gradient(random.tensor(.float32, [2, 16, 9, 8]), [0, 0, 1, 0], [1, 1, 2, 2], [2, 16, 18, 16])
      .expectPlanEqualsReference()
    #expect(try gradient(dy, [0, 1], [1, 3], [2, 4]).complaint().contains("no slice"))
    #expect(try gradient(dy, [0], [1, 3], [2, 4]).complaint().contains("do not fit"))
  }

  private func pad(
    _ x: Tensor, _ pads: [Int64], _ mode: String = "constant", value: Tensor? = nil, axes: [Int64]? = nil
  ) -> SingleNode {
    SingleNode("Pad", [x, longs(pads), value, axes.map { longs($0) }], ["mode": .string(mode)])
  }

  @Test func padding() throws {
    let row = floats([1, 2, 3, 4])
    try pad(row, [2, 1]).expect(floats([0, 0, 1, 2, 3, 4, 0]))
    try pad(row, [1, 1], value: floats([9], [])).expect(floats([9, 1, 2, 3, 4, 9]))
    try pad(row, [3, 2], "reflect").expect(floats([4, 3, 2, 1, 2, 3, 4, 3, 2]))
    try pad(row, [8, 0], "reflect").expect(floats([3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4]))
    try pad(row, [2, 3], "edge").expect(floats([1, 1, 1, 2, 3, 4, 4, 4, 4]))
    try pad(row, [5, 3], "wrap").expect(floats([4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3]))
    try pad(row, [-1, -2]).expect(floats([2]))
    try pad(row, [-1, 2], value: floats([7], [])).expect(floats([2, 3, 4, 7, 7]))
    try pad(floats([1, 2], [2, 1]), [1, 0], value: floats([5], []), axes: [-1])
      .expect(floats([5, 1, 5, 2], [2, 2]))
    try pad(floats([], [0, 2]), [1, 0, 0, 0]).expect(floats([0, 0], [1, 2]))
    try pad(longs([1]), [1, 1], value: longs([-1], [])).expect(longs([-1, 1, -1]))
    try pad(bools([true]), [1, 0]).expect(bools([false, true]))
    for mode in ["constant", "reflect", "edge", "wrap"] {
      try pad(image, [1, 2, 0, -1, 0, 1, 3, 2], mode).expectPlanEqualsReference()
      try pad(image, [2, 1, 1, 2], mode, axes: [3, 2]).expectPlanEqualsReference()
    }
  }

  @Test func paddingRefusals() throws {
    #expect(try pad(x, [1, 1]).complaint().contains("2 pads for 2 axes"))
    #expect(try pad(x, [-3, 0, -1, 0]).complaint().contains("-1x4"))
    #expect(try pad(x, [.max, 0, 0, 0]).complaint().contains("too large"))
    #expect(try pad(floats([], [0]), [1, 0], "edge").complaint().contains("no elements"))
    #expect(try pad(x, [0, 0, 0, 0], "mirror").complaint().contains("mirror"))
    #expect(try pad(x, [0, 0, 0, 0], value: longs([1], [])).complaint().contains("constant_value"))
  }

  @Test func cropAndPadAroundTheCentre() throws {
    let row = floats([1, 2, 3, 4, 5])
    try SingleNode("CenterCropPad", [row, longs([2])]).expect(floats([2, 3]))
    try SingleNode("CenterCropPad", [row, longs([8])]).expect(floats([0, 1, 2, 3, 4, 5, 0, 0]))
    try SingleNode("CenterCropPad", [image, longs([8, 2])], ["axes": .ints([-1, 2])]).expectPlanEqualsReference()
    #expect(try SingleNode("CenterCropPad", [row, longs([1, 2])]).complaint().contains("[1, 2]"))
  }

  @Test func repeating() throws {
    try SingleNode("Expand", [floats([1, 2], [2, 1]), longs([2, 1, 3])])
      .expect(floats([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2], [2, 2, 3]))
    try SingleNode("Expand", [floats([1, 2], [2, 1]), longs([1])]).expect(floats([1, 2], [2, 1]))
    try SingleNode("Tile", [floats([1, 2, 3, 4], [2, 2]), longs([1, 2])])
      .expect(floats([1, 2, 1, 2, 3, 4, 3, 4], [2, 4]))
    try SingleNode("Tile", [floats([1, 2]), longs([0])]).expect(floats([]))
    for repeats in [[2, 1, 3, 2], [1, 1, 1, 1], [3, 2, 2, 2], [1, 2, 1, 1]] {
      try SingleNode("Tile", [image, longs(repeats.map(Int64.init))]).expectPlanEqualsReference()
    }
    // So many axes that a table takes over.
    let many = TestRandom.sequence([2, 2, 1, 2, 2, 2])
    try SingleNode("Tile", [many, longs([2, 2, 2, 2, 2, 2])]).expectPlanEqualsReference()
    #expect(try SingleNode("Expand", [x, longs([2, 4])]).complaint().contains("[2, 4]"))
    #expect(try SingleNode("Tile", [x, longs([1 << 40, 1 << 40])]).complaint().contains("repeats"))
    #expect(try SingleNode("Expand", [x, longs([1 << 40, 1, 1])]).complaint().contains("2^31"))
  }

  @Test func filling() throws {
    let five = Attribute.tensor(Tensor([Int32(5)], shape: [1]))
    try SingleNode("ConstantOfShape", [longs([2, 2])], ["value": five])
      .expect(Tensor([Int32(5), 5, 5, 5], shape: [2, 2]))
    try SingleNode("ConstantOfShape", [longs([3])]).expect(floats([0, 0, 0]))
    try SingleNode("ConstantOfShape", [longs([])]).expect(floats([0], []))
    #expect(try SingleNode("ConstantOfShape", [longs([-1])]).complaint().contains("-1"))
    #expect(try SingleNode("ConstantOfShape", [longs([1 << 40])]).complaint().contains("2^31"))
    try SingleNode("EyeLike", [x], ["k": .int(1), "dtype": .int(7)])
      .expect(longs([0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [3, 4]))
    for k in [-9, -2, 0, 3, 4] { try SingleNode("EyeLike", [x], ["k": .int(k)]).expectPlanEqualsReference() }
    try SingleNode("Constant", [], ["value_ints": .ints([1, 2])]).expect(longs([1, 2]))
    try SingleNode("Constant", [], ["value_float": .float(1.5)]).expect(floats([1.5], []))
    #expect(try SingleNode("Constant", [], ["value_string": .string("a")]).complaint().contains("not supported"))
  }

  @Test func ranges() throws {
    try SingleNode("Range", [longs([10], []), longs([4], []), longs([-2], [])]).expect(longs([10, 8, 6]))
    try SingleNode("Range", [floats([1], []), floats([5], []), floats([1.5], [])]).expect(floats([1, 2.5, 4]))
    try SingleNode("Range", [longs([4], []), longs([4], []), longs([1], [])]).expect(longs([]))
    try SingleNode("Range", [floats([0], []), floats([-1e30], []), floats([1], [])]).expect(floats([]))
    #expect(
      try SingleNode("Range", [longs([0], []), longs([4], []), longs([0], [])]).complaint().contains("steps of 0"))
    #expect(
      try SingleNode("Range", [longs([0], []), longs([.max], []), longs([1], [])]).complaint().contains("2^31"))
  }

  @Test func triangles() throws {
    let square = longs([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3])
    try SingleNode("Trilu", [square]).expect(longs([1, 2, 3, 0, 5, 6, 0, 0, 9], [3, 3]))
    try SingleNode("Trilu", [square, longs([-1], [])], ["upper": .int(0)])
      .expect(longs([0, 0, 0, 4, 0, 0, 7, 8, 0], [3, 3]))
    try SingleNode("Trilu", [image, longs([1], [])]).expectPlanEqualsReference()
    #expect(try SingleNode("Trilu", [floats([1])]).complaint().contains("no matrix"))
  }
}
