import Graph
import Runtime
import Testing

@Suite struct QuantizationTests {
  private func bytes(_ values: [UInt8], _ shape: [Int]? = nil) -> Tensor {
    Tensor(values, shape: shape ?? [values.count])
  }

  private func signed(_ values: [Int8], _ shape: [Int]? = nil) -> Tensor {
    Tensor(values, shape: shape ?? [values.count])
  }

  @Test func quantize() throws {
    let x = floats([0, 2, 3, 1000, -254, -1000])
    try SingleNode("QuantizeLinear", [x, floats([2], []), bytes([128], [])]).expect(bytes([128, 129, 130, 255, 1, 0]))
    // Halves go to the even neighbour: 0.5, 1.5, 2.5, -0.5, -1.5.
    try SingleNode("QuantizeLinear", [floats([1, 3, 5, -1, -3]), floats([2], []), signed([0], [])])
      .expect(signed([0, 2, 2, 0, -2]))
    try SingleNode("QuantizeLinear", [floats([1, 300]), floats([1], [])]).expect(bytes([1, 255]))
    try SingleNode("QuantizeLinear", [floats([1, -70_000]), floats([2], [])], ["output_dtype": .int(5)])
      .expect(Tensor([Int16(0), -32768], shape: [2]))
    let rows = floats([1, 2, 3, 4, 5, 6], [3, 2])
    try SingleNode("QuantizeLinear", [rows, floats([1, 2, 4]), bytes([0, 10, 20])], ["axis": .int(0)])
      .expect(bytes([1, 2, 12, 12, 21, 22], [3, 2]))
    try SingleNode(
      "QuantizeLinear", [rows, floats([1, 2, 4, 8], [2, 2]), bytes([0, 0, 0, 0], [2, 2])],
      ["axis": .int(0), "block_size": .int(2)]
    ).expect(bytes([1, 1, 3, 2, 1, 1], [3, 2]))
    // As many scales as there are columns: none.
    #expect(
      try SingleNode("QuantizeLinear", [floats([], [2, 0]), floats([])]).reference() == [bytes([], [2, 0])])
  }

  @Test func dequantize() throws {
    try SingleNode("DequantizeLinear", [bytes([0, 3, 128, 255]), floats([2], []), bytes([128], [])])
      .expect(floats([-256, -250, 0, 254]))
    try SingleNode("DequantizeLinear", [Tensor([Int32(-5), 1 << 20], shape: [2]), floats([0.5], [])])
      .expect(floats([-2.5, 524_288]))
    let x = signed([1, 2, 3, 4, 5, 6], [2, 3])
    try SingleNode("DequantizeLinear", [x, floats([1, 10, 100]), signed([0, 1, 2])])
      .expect(floats([1, 10, 100, 4, 40, 400], [2, 3]))
    try SingleNode("DequantizeLinear", [x, floats([1, 10], [1, 2])], ["block_size": .int(2)]).refused("1x2")
    try SingleNode("DequantizeLinear", [x, floats([1, 10, 100, 1000], [2, 2])], ["block_size": .int(2)])
      .expect(floats([1, 2, 30, 400, 500, 6000], [2, 3]))
    try SingleNode("DequantizeLinear", [x, Tensor(scalar: Float16(0.5))])
      .expect(Tensor([Float16(0.5), 1, 1.5, 2, 2.5, 3], shape: [2, 3]))
  }

  @Test(arguments: [ElementType.uint8, .int8, .uint16, .int16])
  func planEqualsReference(_ type: ElementType) throws {
    var random = TestRandom()
    let x = random.tensor(.float32, [2, 5, 4, 3], scale: 30)
    for (axis, extent) in [(0, 2), (1, 5), (-1, 3)] {
      let scales = Tensor((0..<extent).map { 0.1 + Float($0) * 0.07 }, shape: [extent])
      let zeros = random.tensor(type, [extent], scale: 20)
      try Layer("QuantizeLinear", x, [scales, zeros], ["axis": .int(axis)]).expectPlanEqualsReference()
      let q = random.tensor(type, x.shape, scale: 100)
      try Layer("DequantizeLinear", q, [scales, zeros], ["axis": .int(axis)]).expectPlanEqualsReference()
    }
    try Layer("QuantizeLinear", x, [floats([0.3], []), random.tensor(type, [], scale: 20)]).expectPlanEqualsReference()
    let half = Tensor(type: .float16, shape: x.shape, doubles: x.doubles)
    try Layer("QuantizeLinear", half, [Tensor(scalar: Float16(0.3)), random.tensor(type, [], scale: 20)])
      .expectPlanEqualsReference()
    let blocks = Tensor(shape: [2, 3, 4, 3], repeating: 0.2)
    try Layer("QuantizeLinear", x, [blocks, random.tensor(type, blocks.shape, scale: 9)], ["block_size": .int(2)])
      .expectPlanEqualsReference()
  }

  @Test func dynamicQuantization() throws {
    try SingleNode("DynamicQuantizeLinear", [floats([0, 2, -3, -2.5, 1.34, 0.5])], results: 3)
      .expect(bytes([153, 255, 0, 26, 221, 179]), floats([0.019_607_844], []), bytes([153], []))
    try SingleNode("DynamicQuantizeLinear", [floats([1, 2.1, 1.3, 2.5, 3.34, 4])], results: 3)
      .expect(bytes([64, 134, 83, 159, 213, 255]), floats([0.015_686_275], []), bytes([0], []))
    try SingleNode("DynamicQuantizeLinear", [floats([0, 0])], results: 3)
      .expect(bytes([0, 0]), floats([1 / 255], []), bytes([0], []))
  }

  @Test func integerProducts() throws {
    let a = bytes([11, 7, 3, 10, 6, 2, 9, 5, 1, 8, 4, 0], [4, 3])
    let b = bytes([1, 4, 2, 5, 3, 6], [3, 2])
    try SingleNode("MatMulInteger", [a, b, bytes([12]), bytes([0])])
      .expect(Tensor([Int32(-38), -83, -44, -98, -50, -113, -56, -128], shape: [4, 2]))
    try SingleNode(
      "MatMulInteger", [bytes([1, 2, 3, 4], [2, 2]), signed([1, -1], [2, 1]), bytes([1, 2]), signed([1])]
    )
    .expect(Tensor([Int32(-2), -4], shape: [2, 1]))
    var random = TestRandom()
    for (left, right) in [([2, 3, 4], [4, 5]), ([3, 4], [2, 4, 5]), ([4], [4, 5]), ([3, 4], [4])] {
      let (x, w) = (random.tensor(.uint8, left, scale: 255), random.tensor(.int8, right, scale: 127))
      try Layer("MatMulInteger", x, [w, bytes([100], []), signed([-7], [])]).expectPlanEqualsReference()
    }
    #expect(
      try SingleNode("MatMulInteger", [a, b, bytes([1, 2])]).complaint().contains("does not broadcast"))
  }

  @Test func integerConvolution() throws {
    let x = bytes([2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 3, 3])
    let w = bytes([1, 1, 1, 1], [1, 1, 2, 2])
    try SingleNode("ConvInteger", [x, w, bytes([1], [])]).expect(Tensor([Int32(12), 16, 24, 28], shape: [1, 1, 2, 2]))
    try SingleNode("ConvInteger", [x, w, bytes([1], [])], ["pads": .ints([1, 1, 1, 1])]).expect(
      Tensor([Int32(1), 3, 5, 3, 5, 12, 16, 9, 11, 24, 28, 15, 7, 15, 17, 9], shape: [1, 1, 4, 4]))
    var random = TestRandom()
    for (shape, filters, groups) in [([1, 4, 6, 5], [6, 2, 3, 3], 2), ([2, 3, 9], [4, 3, 4], 1)] {
      let input = random.tensor(.uint8, shape, scale: 255)
      let weights = random.tensor(.int8, filters, scale: 127)
      try Layer(
        "ConvInteger", input, [weights, bytes([77], []), random.tensor(.int8, [filters[0]], scale: 9)],
        ["group": .int(groups), "pads": .ints(shape.dropFirst(2).flatMap { _ in [1, 0] })]
      ).expectPlanEqualsReference()
    }
  }

  @Test func quantizedConvolution() throws {
    // (10 - 2) * 0.5 * (3 * 0.25) = 3, plus a bias of 8 * 0.125 = 1, in units of 0.3 is 13.3.
    try SingleNode(
      "QLinearConv",
      [
        bytes([10], [1, 1, 1, 1]), floats([0.5], []), bytes([2], []), signed([3], [1, 1, 1, 1]), floats([0.25], []),
        signed([0], []), floats([0.3], []), bytes([100], []), Tensor([Int32(8)], shape: [1]),
      ]
    ).expect(bytes([113], [1, 1, 1, 1]))
    var random = TestRandom()
    for perChannel in [false, true] {
      let scales = perChannel ? Tensor((1...6).map { Float($0) * 0.002 }, shape: [6]) : floats([0.004], [])
      let zeros = perChannel ? Tensor(type: .int8, shape: [6], doubles: [0, 0, 0, 0, 0, 0]) : signed([0], [])
      try Layer(
        "QLinearConv", random.tensor(.uint8, [2, 4, 6, 7], scale: 255),
        [
          floats([0.02], []), bytes([120], []), random.tensor(.int8, [6, 4, 3, 3], scale: 127), scales, zeros,
          floats([0.4], []), bytes([128], []), random.tensor(.int32, [6], scale: 1000),
        ], ["pads": .ints([1, 1, 1, 1]), "strides": .ints([1, 2])]
      ).expectPlanEqualsReference(units: 1)
    }
  }

  @Test func quantizedProduct() throws {
    let a = bytes([208, 236, 0, 238, 3, 214, 255, 29], [2, 4])
    let b = bytes([152, 51, 244, 60, 26, 255, 0, 127, 246, 127, 254, 247], [4, 3])
    let parameters = [
      floats([0.0066]), bytes([113]), b, floats([0.00705]), bytes([114]), floats([0.0107]), bytes([118]),
    ]
    try SingleNode("QLinearMatMul", [a] + parameters).expect(bytes([168, 115, 255, 1, 66, 151], [2, 3]))
    try Layer("QLinearMatMul", a, parameters).expectPlanEqualsReference(units: 1)
  }

  @Test func refusals() throws {
    let x = floats([1, 2, 3, 4], [2, 2])
    try SingleNode("QuantizeLinear", [x, floats([1, 2, 3])]).refused("axis 1")
    try SingleNode("QuantizeLinear", [x, floats([1, 2])], ["axis": .int(2)]).refused("axis 2")
    try SingleNode("QuantizeLinear", [x, floats([1], []), bytes([1, 2])]).refused("zero point")
    try SingleNode("QuantizeLinear", [x, floats([1], [])], ["output_dtype": .int(1)]).refused("float32")
    try SingleNode("QuantizeLinear", [x, floats([1], [])], ["output_dtype": .int(17)]).refused("17")
    try SingleNode("DequantizeLinear", [bytes([1]), floats([1], []), signed([1], [])]).refused("zero point")
    try SingleNode("MatMulInteger", [x, x]).refused("float32")
  }
}

extension SingleNode {
  /// Checks that the node is refused with a message that says why.
  func refused(_ reason: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let message = try complaint(sourceLocation: sourceLocation)
    #expect(message.contains(reason), "\(message)", sourceLocation: sourceLocation)
  }
}
