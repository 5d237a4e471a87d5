import Graph
import ONNX
import Operators
import Runtime
import Testing

/// Nodes of older opsets in the newest form.
struct UpgradeTests {
  /// The graph of one node of an old opset with an input x.
  private func upgraded(
    _ op: String, opset: Int, _ attributes: [String: Attribute] = [:], shape: [Int64]? = [2, 3],
    type: ElementType = .float32,
    operands: [Tensor] = [], results: Int = 1, outputType: ElementType? = nil
  ) throws -> Graph {
    try builder(
      op, opset: opset, attributes, shape: shape, type: type, operands: operands, results: results,
      outputType: outputType
    ).load().graph
  }

  private func builder(
    _ op: String, opset: Int, _ attributes: [String: Attribute] = [:], shape: [Int64]? = [2, 3],
    type: ElementType = .float32,
    operands: [Tensor] = [], results: Int = 1, outputType: ElementType? = nil
  ) -> ModelBuilder {
    var builder = ModelBuilder(opset: opset)
    builder.proto.graph.input = [ModelBuilder.info("x", shape, type: type)]
    for (index, tensor) in operands.enumerated() { builder.initialiser("w\(index)", tensor) }
    builder.node(
      op, ["x"] + operands.indices.map { "w\($0)" }, (0..<results).map { "y\($0)" }, attributes, name: "n")
    for index in 0..<results { builder.output("y\(index)", type: outputType ?? type) }
    return builder
  }

  private func ints(_ values: Int...) -> Tensor { Tensor(values.map { Int64($0) }, shape: [values.count]) }

  @Test func clip() throws {
    let graph = try upgraded("Clip", opset: 6 + 1, ["min": .float(0), "max": .float(6)])
    let node = try graph.node("Clip")
    #expect(node.attributes.isEmpty)
    #expect(graph.constant(node, 1) == Tensor(scalar: Float(0)) && graph.constant(node, 2) == Tensor(scalar: Float(6)))
    let upper = try upgraded("Clip", opset: 10, ["max": .float(6)], type: .float64)
    #expect(try upper.node("Clip").inputs[1] == nil)
    #expect(upper.constant(try upper.node("Clip"), 2) == Tensor(scalar: 6.0))
    #expect(try upgraded("Clip", opset: 10).node("Clip").inputs.count == 1)
  }

  @Test func clipOfAComputedType() throws {
    var builder = ModelBuilder(opset: 10)
    builder.input("x", [2], type: .int32)
    builder.node("Cast", ["x"], ["d"], ["to": .int(11)])
    builder.node("Neg", ["d"], ["e"])
    builder.node("Clip", ["e"], ["y"], ["min": .float(0.5)])
    builder.output("y", type: .float64)
    let graph = try builder.load().graph
    #expect(graph.constant(try graph.node("Clip"), 1) == Tensor(scalar: 0.5))
  }

  @Test func axes() throws {
    for (op, last) in [
      ("Squeeze", 12), ("Unsqueeze", 12), ("ReduceSum", 12), ("ReduceMean", 17), ("ReduceMax", 17), ("ReduceMin", 17),
      ("ReduceProd", 17), ("ReduceL1", 17), ("ReduceL2", 17), ("ReduceLogSum", 17), ("ReduceLogSumExp", 17),
      ("ReduceSumSquare", 17),
    ] {
      for opset in [7, last] {
        let graph = try upgraded(op, opset: opset, ["axes": .ints([1])], shape: [2, 1])
        #expect(graph.constant(try graph.node(op), 1) == ints(1), "\(op) \(opset)")
        #expect(try graph.node(op).attributes["axes"] == nil)
      }
      let newer = try upgraded(op, opset: last + 1, operands: [ints(1)])
      #expect(newer.constant(try newer.node(op), 1) == ints(1))
    }
    #expect(try upgraded("ReduceMean", opset: 13).node("ReduceMean").inputs.count == 1)
  }

  @Test func slicesAndSplits() throws {
    let slice = try upgraded("Slice", opset: 9, ["starts": .ints([0]), "ends": .ints([2]), "axes": .ints([1])])
    let node = try slice.node("Slice")
    #expect((1...3).map { slice.constant(node, $0) } == [ints(0), ints(2), ints(1)])
    let plain = try upgraded("Slice", opset: 9, ["starts": .ints([0]), "ends": .ints([2])])
    #expect(try plain.node("Slice").inputs.count == 3)
    let split = try upgraded("Split", opset: 11, ["split": .ints([1, 2]), "axis": .int(1)], results: 2)
    #expect(split.constant(try split.node("Split"), 1) == ints(1, 2))
    #expect(try split.node("Split").attributes == ["axis": .int(1)])
    for opset in [11, 13] {
      let even = try upgraded("Split", opset: opset, results: 2)
      #expect(try even.node("Split").attributes == ["num_outputs": .int(2)])
    }
    let sized = try upgraded("Split", opset: 13, operands: [ints(1, 1)], results: 2)
    #expect(try sized.node("Split").attributes.isEmpty)
  }

  @Test func pads() throws {
    let graph = try upgraded(
      "Pad", opset: 10, ["pads": .ints([0, 1, 0, 1]), "value": .float(2), "mode": .string("constant")])
    let node = try graph.node("Pad")
    #expect(graph.constant(node, 1) == ints(0, 1, 0, 1) && graph.constant(node, 2) == Tensor(scalar: Float(2)))
    #expect(node.attributes == ["mode": .string("constant")])
    #expect(try upgraded("Pad", opset: 10, ["pads": .ints([0, 1, 0, 1])]).node("Pad").inputs.count == 2)
  }

  @Test func topKAndDropout() throws {
    let topK = try upgraded("TopK", opset: 9, ["k": .int(2)], results: 1)
    #expect(topK.constant(try topK.node("TopK"), 1) == ints(2))
    #expect(try upgraded("Dropout", opset: 7, ["ratio": .float(0.3)]).node("Dropout").attributes.isEmpty)
    #expect(try #require(try builder("Dropout", opset: 9, results: 2).refusal()).contains("mask"))
    let unused = try {
      var builder = builder("Dropout", opset: 9, results: 2)
      builder.proto.graph.output.removeLast()
      return try builder.load().graph
    }()
    #expect(try unused.node("Dropout").outputs.count == 1)
  }

  @Test func batchNormalization() throws {
    let statistics = (0..<4).map { Tensor([1, 2, Float($0)], shape: [3]) }
    let old = try upgraded(
      "BatchNormalization", opset: 7, ["spatial": .int(1), "epsilon": .float(0.1)], operands: statistics)
    #expect(try old.node("BatchNormalization").attributes == ["epsilon": .float(0.1)])
    #expect(
      try #require(try builder("BatchNormalization", opset: 9, operands: statistics, results: 3).refusal()).contains(
        "training"))
  }

  @Test func batchNormalizationOfEachElement() throws {
    let element = { (values: [Float]) in Tensor(values, shape: [1, 2]) }
    let graph = try upgraded(
      "BatchNormalization", opset: 7, ["spatial": .int(0), "epsilon": .float(0)], shape: [2, 1, 2],
      operands: [element([2, 3]), element([1, 0]), element([1, 2]), element([4, 9])])
    #expect(graph.nodes.map(\.op) == ["Sub", "Add", "Sqrt", "Div", "Mul", "Add"])
    let x = Tensor([3, 5, 1, 2] as [Float], shape: [2, 1, 2])
    let y = try run(graph, x)
    #expect(y == Tensor([3, 3, 1, 0] as [Float], shape: [2, 1, 2]))
  }

  @Test func softmaxOfOneAxis() throws {
    // The last of declared axes, an axis before ones, and the last axis of an unknown number: the newest form does.
    for (shape, axis, expected) in [
      ([2, 3], 1, 1), ([1, 4, 1, 1], 1, 1), ([2, 3, 4], -1, 2), ([3], 0, 0),
    ] as [([Int64], Int, Int)] {
      let graph = try upgraded("Softmax", opset: 11, ["axis": .int(axis)], shape: shape)
      #expect(graph.nodes.map(\.op) == ["Softmax"] && graph.nodes[0].attributes == ["axis": .int(expected)])
    }
    let unknown = try upgraded("Softmax", opset: 11, ["axis": .int(-1)], shape: nil)
    #expect(unknown.nodes.map(\.op) == ["Softmax"])
    #expect(try upgraded("Softmax", opset: 13).node("Softmax").attributes.isEmpty)
    #expect(try #require(try builder("Softmax", opset: 11, ["axis": .int(4)]).refusal()).contains("axis 4"))
    #expect(try #require(try builder("Softmax", opset: 11, ["axis": .int(.min)]).refusal()).contains("axis"))
  }

  @Test func softmaxOfSeveralAxes() throws {
    let graph = try upgraded("Softmax", opset: 11, ["axis": .int(1)], shape: [1, 2, 2])
    #expect(graph.nodes.map(\.op) == ["Shape", "Flatten", "Softmax", "Reshape"])
    let y = try run(graph, Tensor([0, 0, 0, 0] as [Float], shape: [1, 2, 2]))
    #expect(y == Tensor([0.25, 0.25, 0.25, 0.25] as [Float], shape: [1, 2, 2]))
    let unknown = try upgraded("LogSoftmax", opset: 7, shape: nil)
    #expect(unknown.nodes.map(\.op) == ["Shape", "Flatten", "LogSoftmax", "Reshape"])
  }

  @Test func resizes() throws {
    let scales = Tensor([1, 2] as [Float], shape: [2])
    for graph in [
      try upgraded("Upsample", opset: 7, ["scales": .floats([1, 2]), "mode": .string("nearest")]),
      try upgraded("Upsample", opset: 9, operands: [scales]), try upgraded("Resize", opset: 10, operands: [scales]),
    ] {
      let node = try graph.node("Resize")
      #expect(node.inputs.count == 3 && node.inputs[1] == nil && graph.constant(node, 2) == scales)
      #expect(node.attributes["coordinate_transformation_mode"] == .string("asymmetric"))
      #expect(node.attributes["nearest_mode"] == .string("floor"))
    }
    let empty = Tensor([] as [Float], shape: [0])
    let sized = try upgraded("Resize", opset: 11, operands: [empty, empty, ints(2, 6)])
    #expect(try sized.node("Resize").inputs.map { $0 == nil } == [false, true, true, false])
    for (before, after) in [("floor", "round_prefer_ceil"), ("round_prefer_floor", "ceil")] {
      let graph = try upgraded(
        "Resize", opset: 11,
        ["coordinate_transformation_mode": .string("tf_half_pixel_for_nn"), "nearest_mode": .string(before)],
        operands: [empty, scales])
      #expect(try graph.node("Resize").attributes["coordinate_transformation_mode"] == .string("half_pixel"))
      #expect(try graph.node("Resize").attributes["nearest_mode"] == .string(after))
    }
  }

  @Test func groupNormalization() throws {
    let graph = try upgraded(
      "GroupNormalization", opset: 18, ["num_groups": .int(2), "epsilon": .float(0)], shape: [1, 4, 2],
      operands: [Tensor([1, 10] as [Float], shape: [2]), Tensor([0, 5] as [Float], shape: [2])])
    let y = try run(graph, Tensor([-1, 1, -1, 1, -2, 2, -2, 2] as [Float], shape: [1, 4, 2]))
    #expect(y == Tensor([-1, 1, -1, 1, -5, 15, -5, 15] as [Float], shape: [1, 4, 2]))
  }

  @Test func wrongAttributes() throws {
    for (op, opset, attributes) in [
      ("Pad", 10, [:]), ("Pad", 10, ["pads": .int(1)]), ("Slice", 9, ["starts": .ints([0])]), ("TopK", 9, [:]),
      ("TopK", 9, ["k": .float(1)]), ("Upsample", 7, [:]), ("Clip", 7, ["min": .int(0)]),
      ("Squeeze", 7, ["axes": .int(0)]),
      ("GroupNormalization", 18, [:]), ("GroupNormalization", 18, ["num_groups": .int(0)]),
      ("Softmax", 7, ["axis": .float(1)]),
    ] as [(String, Int, [String: Attribute])] {
      let message = try builder(op, opset: opset, attributes).refusal() ?? "accepted"
      #expect(message.contains("'n' (\(op))"), "\(op): \(message)")
    }
    #expect(try builder("Squeeze", opset: 7, ["axes": .ints([0])], operands: [ints(0)]).refusal() != nil)
  }

  /// Nodes without operands reach every upgrade: none may count on them.
  @Test func nodesWithoutOperands() throws {
    for op in [
      "BatchNormalization", "Clip", "Dropout", "GroupNormalization", "Hardmax", "LogSoftmax", "Pad", "ReduceMax",
      "ReduceSum",
      "Resize", "Slice", "Softmax", "Split", "Squeeze", "TopK", "Unsqueeze", "Upsample",
    ] {
      for opset in 7...28 {
        var builder = ModelBuilder(opset: opset)
        builder.node(
          op, [], ["", "y"],
          ["spatial": .int(0), "num_groups": .int(1), "pads": .ints([]), "scales": .floats([]), "k": .int(1)])
        builder.output("y")
        _ = try builder.refusal()
      }
    }
  }

  private func run(_ graph: Graph, _ x: Tensor) throws -> Tensor {
    try #require(try ReferenceInterpreter(graph).run([graph.inputs[0]: x]).first)
  }
}
