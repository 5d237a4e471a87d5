import Compiler
import Graph
import Operators
import Runtime
import Testing

@Suite struct GatherScatterTests {
  private let x = TestRandom.sequence([3, 4])
  private let image = TestRandom.sequence([2, 3, 4, 5])

  /// The node with its indices built in, as in most networks.
  private func withConstantIndices(_ op: String, _ operands: [Tensor], _ attributes: [String: Attribute]) throws {
    var graph = Graph(name: op)
    let data = graph.addValue("x", type: operands[0].type, shape: operands[0].shape.map { .fixed($0) })
    let others = operands.dropFirst().map { graph.addConstant("c\(graph.values.count)", $0) }
    let result = graph.addValue("y")
    graph.nodes = [Node(name: "node", op: op, inputs: [data] + others, outputs: [result], attributes: attributes)]
    (graph.inputs, graph.outputs) = ([data], [result])
    try expectClose(
      try ReferenceInterpreter(graph).run([data: operands[0]]), try PlanRunner.run(graph, ["x": operands[0]]), op)
  }

  @Test func gather() throws {
    try SingleNode("Gather", [x, longs([2, 0])]).expect(floats([8, 9, 10, 11, 0, 1, 2, 3], [2, 4]))
    try SingleNode("Gather", [x, longs([-1], [])], ["axis": .int(1)]).expect(floats([3, 7, 11]))
    try SingleNode("Gather", [x, Tensor([Int32(0), 2, 1, 1], shape: [2, 2])], ["axis": .int(1)])
      .expect(floats([0, 2, 1, 1, 4, 6, 5, 5, 8, 10, 9, 9], [3, 2, 2]))
    for axis in 0..<4 {
      for indices in [
        longs([1], []), longs([0, 1]), longs([1, 0]), longs([-1, 0, 1, -2], [2, 2]), longs([0], [1, 1]),
      ] {
        try SingleNode("Gather", [image, indices], ["axis": .int(axis)]).expectPlanEqualsReference()
        try withConstantIndices("Gather", [image, indices], ["axis": .int(axis)])
      }
    }
    try withConstantIndices("Gather", [image, longs([0, 2, 4])], ["axis": .int(3)])
    try SingleNode("Gather", [x, longs([], [0])]).expect(floats([], [0, 4]))
    #expect(try SingleNode("Gather", [x, longs([3])]).complaint().contains("index 3"))
    #expect(try SingleNode("Gather", [x, floats([0])]).complaint().contains("float32"))
    #expect(try SingleNode("Gather", [floats([], [0, 4]), longs([0])]).complaint().contains("out of range"))
  }

  @Test func gatherElements() throws {
    try SingleNode(
      "GatherElements", [floats([1, 2, 3, 4], [2, 2]), longs([0, 0, 1, 0], [2, 2])], ["axis": .int(1)]
    )
    .expect(floats([1, 1, 4, 3], [2, 2]))
    try SingleNode("GatherElements", [x, longs([-1, -2, 0, 2], [1, 4])]).expect(floats([8, 5, 2, 11], [1, 4]))
    let indices = Tensor([Int32(1), -1, 0, 1, 0, 0, -2, 1], shape: [1, 2, 2, 2])
    for axis in 0..<4 {
      try SingleNode("GatherElements", [image, indices], ["axis": .int(axis)]).expectPlanEqualsReference()
      try withConstantIndices("GatherElements", [image, indices], ["axis": .int(axis)])
    }
    #expect(try SingleNode("GatherElements", [x, longs([0])]).complaint().contains("do not fit"))
    #expect(try SingleNode("GatherElements", [x, longs([5, 0], [1, 2])]).complaint().contains("index 5"))
  }

  @Test func gatherND() throws {
    let data = longs([0, 1, 2, 3], [2, 2])
    try SingleNode("GatherND", [data, longs([0, 0, 1, 1], [2, 2])]).expect(longs([0, 3]))
    try SingleNode("GatherND", [data, longs([1, 0], [2, 1])]).expect(longs([2, 3, 0, 1], [2, 2]))
    try SingleNode("GatherND", [image, longs([-1, 0, 0, 2], [2, 1, 2])]).expectPlanEqualsReference()
    try SingleNode("GatherND", [image, longs([1, 2, 0, -1], [2, 1, 2])], ["batch_dims": .int(1)])
      .expectPlanEqualsReference()
    #expect(try SingleNode("GatherND", [data, longs([0, 0, 0], [1, 3])]).complaint().contains("do not fit"))
    #expect(try SingleNode("GatherND", [data, longs([7], [1, 1])]).complaint().contains("index 7"))
  }

  @Test func scatter() throws {
    let zeros = floats([0, 0, 0, 0, 0])
    try SingleNode("ScatterElements", [zeros, longs([1, -1]), floats([1.5, 2])]).expect(floats([0, 1.5, 0, 0, 2]))
    try SingleNode("ScatterElements", [x, longs([1, 3], [1, 2]), floats([-1, -2], [1, 2])], ["axis": .int(1)])
      .expect(floats([0, -1, 2, -2, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4]))
    try SingleNode("ScatterND", [zeros, longs([4, 0], [2, 1]), floats([7, 8])]).expect(floats([8, 0, 0, 0, 7]))
    try SingleNode("ScatterND", [x, longs([1], [1, 1]), floats([-1, -2, -3, -4], [1, 4])])
      .expect(floats([0, 1, 2, 3, -1, -2, -3, -4, 8, 9, 10, 11], [3, 4]))
    let added = SingleNode(
      "ScatterElements", [longs([1, 2]), longs([0, 0]), longs([10, 20])], ["reduction": .string("add")])
    #expect(try added.reference() == [longs([31, 2])])
    for (name, expected) in [("mul", [200, 2]), ("max", [20, 2]), ("min", [1, 2])] as [(String, [Int64])] {
      let node = SingleNode(
        "ScatterND", [longs([1, 2]), longs([0, 0], [2, 1]), longs([10, 20])], ["reduction": .string(name)])
      #expect(try node.reference() == [longs(expected)])
    }
    #expect(try SingleNode("ScatterElements", [zeros, longs([5]), floats([1])]).complaint().contains("index 5"))
    #expect(try SingleNode("ScatterND", [zeros, longs([1]), floats([1])]).complaint().contains("do not fit"))
  }

  @Test func oneHot() throws {
    try SingleNode("OneHot", [longs([0, -1, 3, 9]), longs([4], []), floats([2, 5])]).expect(
      floats([5, 2, 2, 2, 2, 2, 2, 5, 2, 2, 2, 5, 2, 2, 2, 2], [4, 4]))
    try SingleNode("OneHot", [longs([1, 0]), longs([2]), longs([0, 1])], ["axis": .int(0)])
      .expect(longs([0, 1, 1, 0], [2, 2]))
    #expect(try SingleNode("OneHot", [longs([0]), longs([0]), longs([0, 1])]).complaint().contains("depth"))
  }
}
