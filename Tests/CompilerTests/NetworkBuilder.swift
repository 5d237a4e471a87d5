import Graph
import Runtime

/// Builds small networks with random weights for tests; the same seed gives the same network.
struct NetworkBuilder {
  var graph = Graph(name: "test")
  private var random: UInt64

  init(seed: UInt64 = 1) { random = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// The next number of the sequence, between -1 and 1.
  mutating func number() -> Float {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return Float(random >> 40) / Float(1 << 23) - 1
  }

  mutating func tensor(_ shape: [Int], scale: Float = 1, offset: Float = 0) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in number() * scale + offset }, shape: shape)
  }

  mutating func input(_ shape: [Int], type: ElementType = .float32) -> ValueID {
    let id = graph.addValue(
      graph.inputs.isEmpty ? "x" : "x\(graph.inputs.count)", type: type, shape: shape.map { .fixed($0) })
    graph.inputs.append(id)
    return id
  }

  mutating func constant(_ tensor: Tensor) -> ValueID { graph.addConstant("c\(graph.values.count)", tensor) }
  mutating func integers(_ values: [Int]) -> ValueID {
    constant(Tensor(type: .int64, shape: [values.count], integers: values))
  }

  /// Adds a node with one result.
  mutating func add(_ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:]) -> ValueID {
    let output = graph.addValue("v\(graph.values.count)")
    graph.nodes.append(
      Node(
        name: "\(op.lowercased())\(graph.nodes.count)", op: op, inputs: inputs, outputs: [output],
        attributes: attributes))
    return output
  }

  /// A convolution with random weights, keeping the spatial extents at stride 1.
  mutating func convolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, groups: Int = 1, bias: Bool = true
  ) -> ValueID {
    let fan = Float(inputs / groups * kernel * kernel)
    let weights = constant(tensor([outputs, inputs / groups, kernel, kernel], scale: 1.7 / fan.squareRoot()))
    let biases = bias ? constant(tensor([outputs], scale: 0.1)) : nil
    return add(
      "Conv", [x, weights, biases],
      [
        "pads": .ints(Array(repeating: kernel / 2, count: 4)), "strides": .ints([stride, stride]),
        "group": .int(groups),
      ])
  }

  /// A batch normalisation with random statistics.
  mutating func normalization(_ x: ValueID, _ channels: Int) -> ValueID {
    let parameters: [ValueID?] = [
      constant(tensor([channels], scale: 0.5, offset: 1)), constant(tensor([channels], scale: 0.3)),
      constant(tensor([channels], scale: 0.3)), constant(tensor([channels], scale: 0.4, offset: 1)),
    ]
    return add("BatchNormalization", [x] + parameters)
  }

  mutating func output(_ value: ValueID) { graph.outputs.append(value) }
}

/// Networks that between them exercise every pass, every layout and every hot instruction.
enum TestNetworks {
  static let all: [(name: String, graph: Graph, input: [Int])] = [
    ("residual", residual(), [1, 3, 16, 20]), ("inverted residual", invertedResidual(), [1, 3, 17, 19]),
    ("dense", dense(), [2, 3, 12, 12]), ("squeeze and excitation", squeezeAndExcitation(), [1, 3, 15, 15]),
    ("shuffle", shuffle(), [1, 8, 10, 10]), ("arithmetic", arithmetic(), [1, 5, 9, 7]),
    ("odd widths", oddWidths(), [1, 3, 14, 14]), ("bias of rows", biasOfRows(), [4, 6]),
  ]

  /// Two residual blocks, one with a strided shortcut, pooling, a classifier.
  static func residual() -> Graph {
    var net = NetworkBuilder(seed: 3)
    var x = net.input([1, 3, 16, 20])
    x = net.add("Relu", [net.normalization(net.convolution(x, 3, 16, bias: false), 16)])
    var y = net.add("Relu", [net.normalization(net.convolution(x, 16, 16, bias: false), 16)])
    y = net.normalization(net.convolution(y, 16, 16, bias: false), 16)
    x = net.add("Relu", [net.add("Add", [y, x])])
    y = net.add("Relu", [net.normalization(net.convolution(x, 16, 32, stride: 2, bias: false), 32)])
    y = net.normalization(net.convolution(y, 32, 32, bias: false), 32)
    let shortcut = net.normalization(net.convolution(x, 16, 32, kernel: 1, stride: 2, bias: false), 32)
    x = net.add("Relu", [net.add("Add", [y, shortcut])])
    x = net.add(
      "MaxPool", [x], ["kernel_shape": .ints([3, 3]), "strides": .ints([2, 2]), "pads": .ints([1, 1, 1, 1])])
    x = net.add("Flatten", [net.add("GlobalAveragePool", [x])])
    let weights = net.constant(net.tensor([10, 32], scale: 0.3))
    net.output(net.add("Gemm", [x, weights, net.constant(net.tensor([10]))], ["transB": .int(1)]))
    return net.graph
  }

  /// Expansion, depthwise with explicit padding, projection, Clip as ReLU6.
  static func invertedResidual() -> Graph {
    var net = NetworkBuilder(seed: 4)
    var x = net.input([1, 3, 17, 19])
    let (zero, six) = (net.constant(Tensor(scalar: 0 as Float)), net.constant(Tensor(scalar: 6 as Float)))
    x = net.add("Clip", [net.convolution(x, 3, 8, stride: 2), zero, six])
    var y = net.add("Clip", [net.convolution(x, 8, 24, kernel: 1), zero, six])
    y = net.add("Clip", [net.normalization(net.convolution(y, 24, 24, groups: 24), 24), zero, six])
    x = net.add("Add", [net.convolution(y, 24, 8, kernel: 1), x])
    y = net.add("HardSwish", [net.convolution(x, 8, 40, kernel: 1)])
    let padded = net.add("Pad", [y, net.integers([0, 0, 1, 1, 0, 0, 2, 2])])
    let weights = net.constant(net.tensor([40, 1, 5, 5], scale: 0.3))
    y = net.add("Conv", [padded, weights], ["group": .int(40), "strides": .ints([2, 2])])
    net.output(net.add("Softmax", [net.add("Flatten", [net.add("GlobalAveragePool", [y])])], ["axis": .int(1)]))
    return net.graph
  }

  /// Concatenations of concatenations, at batch 2.
  static func dense() -> Graph {
    var net = NetworkBuilder(seed: 5)
    var x = net.convolution(net.input([2, 3, 12, 12]), 3, 12)
    for width in [12, 18, 24] {
      var y = net.add("Relu", [net.normalization(x, width)])
      y = net.convolution(y, width, 6)
      x = net.add("Concat", [x, y], ["axis": .int(1)])
    }
    x = net.add("AveragePool", [x], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
    net.output(x)
    net.output(net.add("ReduceMax", [x, net.integers([2, 3])], ["keepdims": .int(0)]))
    return net.graph
  }

  /// A matrix product that adds a number to each row, as many rows as columns, scaled by columns.
  static func biasOfRows() -> Graph {
    var net = NetworkBuilder(seed: 10)
    let weights = net.constant(net.tensor([6, 4]))
    let product = net.add("Gemm", [net.input([4, 6]), weights, net.constant(net.tensor([4, 1]))])
    net.output(net.add("Mul", [product, net.constant(net.tensor([4], offset: 2))]))
    return net.graph
  }

  /// A gate per channel and a swish.
  static func squeezeAndExcitation() -> Graph {
    var net = NetworkBuilder(seed: 6)
    var x = net.convolution(net.input([1, 3, 15, 15]), 3, 20)
    x = net.add("Mul", [x, net.add("Sigmoid", [x])])
    var gate = net.add("GlobalAveragePool", [x])
    gate = net.add("Relu", [net.convolution(gate, 20, 5, kernel: 1)])
    gate = net.add("Sigmoid", [net.convolution(gate, 5, 20, kernel: 1)])
    x = net.add("Mul", [x, gate])
    net.output(net.convolution(x, 20, 7, kernel: 1))
    return net.graph
  }

  /// Split channels, grouped convolution, channel shuffle.
  static func shuffle() -> Graph {
    var net = NetworkBuilder(seed: 7)
    let x = net.input([1, 8, 10, 10])
    let left = net.add("Slice", [x, net.integers([0]), net.integers([4]), net.integers([1])])
    let right = net.add("Slice", [x, net.integers([4]), net.integers([8]), net.integers([1])])
    let y = net.add("Relu", [net.convolution(right, 4, 4, kernel: 1)])
    var z = net.add("Concat", [left, net.convolution(y, 4, 4, groups: 2)], ["axis": .int(1)])
    z = net.add("Reshape", [z, net.integers([1, 2, 4, 10, 10])])
    z = net.add("Transpose", [z], ["perm": .ints([0, 2, 1, 3, 4])])
    net.output(net.add("Reshape", [z, net.integers([1, 8, 10, 10])]))
    return net.graph
  }

  /// Constants per channel behind convolutions, broadcasts, identities, dead ends.
  static func arithmetic() -> Graph {
    var net = NetworkBuilder(seed: 8)
    let x = net.input([1, 5, 9, 7])
    var y = net.convolution(x, 5, 6, bias: false)
    y = net.add("Mul", [y, net.constant(net.tensor([1, 6, 1, 1]))])
    y = net.add("Add", [net.constant(net.tensor([6, 1, 1])), y])
    y = net.add("Identity", [y])
    _ = net.add("Exp", [y])
    let folded = net.add("Add", [net.constant(net.tensor([7])), net.constant(net.tensor([9, 1]))])
    y = net.add("Tanh", [net.add("Sub", [y, folded])])
    net.output(net.add("Sum", [y, y, net.constant(net.tensor([1]))]))
    return net.graph
  }

  /// Channel counts that pruning yields.
  static func oddWidths() -> Graph {
    var net = NetworkBuilder(seed: 9)
    var x = net.add("Relu", [net.convolution(net.input([1, 3, 14, 14]), 3, 13)])
    x = net.add("Relu", [net.convolution(x, 13, 27, stride: 2)])
    x = net.add("LeakyRelu", [net.convolution(x, 27, 27, groups: 27)], ["alpha": .float(0.1)])
    net.output(net.add("Elu", [net.convolution(x, 27, 51, kernel: 1)]))
    return net.graph
  }
}
