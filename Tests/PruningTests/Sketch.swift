import Datasets
import Graph
import Runtime

/// A network put together node by node from pictures of 8x8, for structures that no architecture has.
struct Sketch {
  var graph = Graph(name: "sketch")
  private var random = SeededGenerator(seed: 1)

  init(batch: Graph.Dimension = .symbolic("batch")) {
    graph.inputs = [graph.addValue("input", type: .float32, shape: [batch, .fixed(3), .fixed(8), .fixed(8)])]
  }

  mutating func constant(_ shape: [Int]) -> ValueID {
    let values = (0..<shape.reduce(1, *)).map { _ in random.uniform(-0.5...0.5) }
    return graph.addConstant("c\(graph.values.count)", Tensor(type: .float32, shape: shape, doubles: values))
  }

  mutating func integers(_ values: [Int], shape: [Int]? = nil) -> ValueID {
    graph.addConstant(
      "c\(graph.values.count)", Tensor(type: .int64, shape: shape ?? [values.count], integers: values))
  }

  /// A split of channels.
  ///
  /// - Parameter used: Whether anybody asks for each of the parts.
  mutating func parts(_ x: ValueID, sizes: [Int], used: [Bool]) -> [ValueID?] {
    let outputs = used.map { $0 ? graph.addValue("v\(graph.values.count)") : nil }
    let inputs = [x, integers(sizes)]
    graph.nodes.append(
      Node(name: "Split", op: "Split", inputs: inputs, outputs: outputs, attributes: ["axis": .int(1)]))
    return outputs
  }

  mutating func add(_ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:]) -> ValueID {
    let output = graph.addValue("v\(graph.values.count)")
    graph.nodes.append(
      Node(name: "\(op)\(graph.nodes.count)", op: op, inputs: inputs, outputs: [output], attributes: attributes))
    return output
  }

  /// A convolution that keeps the size, with a bias.
  mutating func convolution(_ x: ValueID?, _ weights: [Int], groups: Int = 1) -> ValueID {
    add(
      "Conv", [x, constant(weights), constant([weights[0]])],
      ["pads": .ints(Array(repeating: weights[2] / 2, count: 4)), "group": .int(groups)])
  }

  /// The batch, as a value that is computed, and these numbers behind it.
  mutating func batched(_ x: ValueID, _ rest: [Int]) -> ValueID {
    add(
      "Concat", [add("Shape", [x], ["start": .int(0), "end": .int(1)]), integers(rest)], ["axis": .int(0)])
  }

  /// Every channel's mean, `[N, channels]`.
  mutating func means(_ x: ValueID) -> ValueID { add("Flatten", [add("GlobalAveragePool", [x])]) }

  /// A fully connected layer to `[N, outputs]`.
  mutating func product(_ x: ValueID, _ inputs: Int, _ outputs: Int, addend: ValueID? = nil) -> ValueID {
    add("Gemm", [x, constant([outputs, inputs]), addend], ["transB": .int(1)])
  }

  /// The network that tells four classes by the means of these channels.
  mutating func classified(_ x: ValueID, _ channels: Int, batch: Graph.Dimension = .symbolic("batch")) -> Graph {
    let active = add("Relu", [x])
    let logits = product(means(active), channels, 4, addend: constant([4]))
    graph.values[logits.index] = Graph.Value(name: "logits", type: .float32, shape: [batch, .fixed(4)])
    graph.outputs = [logits]
    return graph
  }
}
