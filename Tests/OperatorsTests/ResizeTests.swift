import Graph
import Operators
import Runtime
import Testing

@Suite struct ResizeTests {
  private static let sixteen = Tensor((1...16).map(Float.init), shape: [1, 1, 4, 4])

  private func sizes(_ height: Int64, _ width: Int64) -> Tensor { longs([1, 1, height, width]) }

  private func check(
    _ x: Tensor, roi: Tensor? = nil, scales: Tensor? = nil, sizes: Tensor? = nil, _ attributes: [String: Attribute],
    are expected: [Float], _ shape: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectValues(
      "Resize", [x, roi, scales, sizes], attributes, are: floats(expected, shape), tolerance: 1e-4,
      sourceLocation: sourceLocation)
  }

  /// The examples of ONNX's documentation.
  @Test func documentedExamples() throws {
    let (x, two) = (Self.sixteen, floats([1, 2, 3, 4], [1, 1, 2, 2]))
    try check(
      two, scales: floats([1, 1, 2, 3]), ["mode": .string("nearest")],
      are: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4], [1, 1, 4, 6])
    try check(
      two, scales: floats([1, 1, 2, 2]), ["mode": .string("linear")],
      are: [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4], [1, 1, 4, 4])
    try check(
      two, scales: floats([1, 1, 2, 2]),
      ["mode": .string("linear"), "coordinate_transformation_mode": .string("align_corners")],
      are: [
        1, 1.333_333, 1.666_667, 2, 1.666_667, 2, 2.333_333, 2.666_667, 2.333_333, 2.666_667, 3, 3.333_333, 3,
        3.333_333, 3.666_667, 4,
      ], [1, 1, 4, 4])
    let eight = Tensor((1...8).map(Float.init), shape: [1, 1, 2, 4])
    try check(
      eight, scales: floats([1, 1, 0.6, 0.6]), ["mode": .string("linear")], are: [2.666_666_5, 4.333_333], [1, 1, 1, 2])
    try check(
      x, scales: floats([1, 1, 0.8, 0.8]), ["mode": .string("cubic")],
      are: [
        1.471_191_4, 2.781_25, 4.082_519_5, 6.711_426, 8.021_484, 9.322_754, 11.916_504, 13.226_562_5, 14.527_831,
      ],
      [1, 1, 3, 3])
    try check(
      x, scales: floats([1, 1, 0.6, 0.6]), ["mode": .string("cubic"), "antialias": .int(1)],
      are: [2.518_069_5, 4.285_886, 9.589_335, 11.357_152], [1, 1, 2, 2])
    try check(
      x, roi: floats([0, 0, 0.4, 0.6, 1, 1, 0.6, 0.8]), sizes: sizes(3, 3),
      ["mode": .string("linear"), "coordinate_transformation_mode": .string("tf_crop_and_resize")],
      are: [7.6, 7.9, 8.2, 8.8, 9.1, 9.4, 10, 10.3, 10.6], [1, 1, 3, 3])
    try check(
      x, roi: floats([0, 0, 0.4, 0.6, 1, 1, 1.2, 1.7]), sizes: sizes(3, 3),
      [
        "mode": .string("linear"), "coordinate_transformation_mode": .string("tf_crop_and_resize"),
        "extrapolation_value": .float(10),
      ], are: [7.6, 10, 10, 12.4, 10, 10, 10, 10, 10], [1, 1, 3, 3])
    let ramp = floats([0, 1, 2, 3], [1, 1, 1, 4])
    for (mode, expected) in [
      ("round_prefer_floor", [0, 0, 1, 1, 2, 2, 3, 3]), ("floor", [0, 0, 0, 1, 1, 2, 2, 3]),
      ("ceil", [0, 1, 1, 2, 2, 3, 3, 3]), ("round_prefer_ceil", [0, 0, 1, 1, 2, 2, 3, 3]),
    ] as [(String, [Float])] {
      try check(ramp, sizes: sizes(1, 8), ["nearest_mode": .string(mode)], are: expected, [1, 1, 1, 8])
    }
    let asymmetric: [String: Attribute] = ["coordinate_transformation_mode": .string("asymmetric")]
    try check(ramp, sizes: sizes(1, 8), asymmetric, are: [0, 0, 1, 1, 2, 2, 3, 3], [1, 1, 1, 8])
    try check(
      ramp, sizes: sizes(1, 8), asymmetric.merging(["nearest_mode": .string("round_prefer_ceil")]) { $1 },
      are: [0, 1, 1, 2, 2, 3, 3, 3], [1, 1, 1, 8])
  }

  @Test func axesAndAspectRatio() throws {
    func shape(_ policy: String, _ axes: [Int], _ sizes: [Int64]) throws -> [Int] {
      let x = Tensor(shape: [2, 3, 4, 10], repeating: 1)
      return try SingleNode(
        "Resize", [x, nil, nil, longs(sizes)],
        ["keep_aspect_ratio_policy": .string(policy), "axes": .ints(axes)]
      ).reference()[0].shape
    }
    #expect(try shape("stretch", [3, 2], [5, 8]) == [2, 3, 8, 5])
    #expect(try shape("not_larger", [2, 3], [8, 15]) == [2, 3, 6, 15])
    #expect(try shape("not_smaller", [-2, -1], [8, 15]) == [2, 3, 8, 20])
  }

  @Test(arguments: [
    "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize",
  ])
  func planEqualsReference(coordinates: String) throws {
    var random = TestRandom()
    let crop = floats([0, 0, -0.1, 0.2, 1, 1, 0.9, 1.1])
    let roi = coordinates == "tf_crop_and_resize" ? crop : nil
    for mode in ["nearest", "linear", "cubic"] {
      for (height, width) in [(10, 14), (5, 7), (3, 9), (1, 1), (12, 4)] as [(Int64, Int64)] {
        var attributes: [String: Attribute] = [
          "mode": .string(mode), "coordinate_transformation_mode": .string(coordinates),
          "extrapolation_value": .float(3),
        ]
        let target = longs([2, 3, height, width])
        let types: [ElementType] =
          mode == "nearest" ? ElementType.allCases : [.float32, .float16, .uint8, .int8, .uint16, .int16]
        for type in types {
          let x = random.tensor(type, [2, 3, 5, 7], scale: type.isInteger ? 100 : 1)
          try Layer("Resize", x, [roi, nil, target], attributes)
            .expectPlanEqualsReference(tolerance: type == .float16 ? 2e-3 : 2e-6, units: mode == "nearest" ? 0 : 1)
        }
        if mode == "nearest" { continue }
        (attributes["antialias"], attributes["exclude_outside"]) = (.int(1), .int(1))
        try Layer("Resize", random.tensor(.float32, [2, 3, 5, 7]), [roi, nil, target], attributes)
          .expectPlanEqualsReference()
      }
    }
  }

  /// Coordinates and scales that are no numbers.
  @Test func nowhere() throws {
    try check(
      Self.sixteen, roi: floats([0, 0, 3e38, 0, 1, 1, -3e38, 1]), sizes: sizes(2, 2),
      ["coordinate_transformation_mode": .string("tf_crop_and_resize"), "extrapolation_value": .float(5)],
      are: [5, 5, 5, 5], [1, 1, 2, 2])
    try check(
      floats([], [1, 1, 0, 4]), sizes: sizes(0, 2), ["mode": .string("linear"), "antialias": .int(1)], are: [],
      [1, 1, 0, 2])
  }

  @Test func volumes() throws {
    var random = TestRandom()
    for mode in ["nearest", "linear", "cubic"] {
      try Layer(
        "Resize", random.tensor(.float32, [1, 2, 3, 4, 5]), [nil, floats([1, 1, 2, 1.5, 3])], ["mode": .string(mode)]
      ).expectPlanEqualsReference()
    }
  }

  @Test func refusals() throws {
    let x = Self.sixteen
    func complaint(_ operands: [Tensor?], _ attributes: [String: Attribute] = [:]) throws -> String {
      try SingleNode("Resize", [x] + operands, attributes).complaint()
    }
    #expect(try complaint([]).contains("neither scales nor sizes"))
    #expect(try complaint([nil, floats([1, 1])]).contains("4 axes"))
    #expect(try complaint([nil, floats([1, 1, -1, 1])]).contains("positive"))
    #expect(try complaint([nil, floats([1, 1, .infinity, 1])]).contains("positive"))
    #expect(try complaint([nil, floats([1, 1, 1e30, 1e30])]).contains("2^31"))
    #expect(try complaint([nil, nil, longs([1, 1, -3, 4])]).contains("-3"))
    #expect(try complaint([nil, floats([1, 1, 1, 1])], ["mode": .string("lanczos")]).contains("lanczos"))
    #expect(try complaint([nil, floats([1, 1, 1, 1])], ["antialias": .int(1)]).contains("antialias"))
    #expect(
      try complaint([nil, floats([1, 1, 1, 1])], ["coordinate_transformation_mode": .string("tf_crop_and_resize")])
        .contains("roi"))
  }
}
