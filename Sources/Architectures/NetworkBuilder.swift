import Datasets
import Graph
import Runtime

/// Collects an architecture's nodes and weights, layer after layer, under the names that the layers are given.
struct NetworkBuilder {
  /// A value in the making and its number of channels.
  struct Features {
    let value: ValueID
    let channels: Int
  }

  /// How the classifier's weights begin.
  enum ClassifierInitialisation {
    /// Weights and bias uniform within 1 / sqrt(inputs), as PyTorch's layers do by themselves.
    case uniform
    /// Weights uniform within 1 / sqrt(inputs), bias 0.
    case uniformWithoutBias
    /// Weights normal with deviation 0.01, bias 0.
    case normal
  }

  var graph: Graph
  private let parameters: NetworkParameters
  private var clipBounds: (lower: ValueID, upper: ValueID)?

  init(name: String, _ parameters: NetworkParameters) {
    graph = Graph(name: name)
    self.parameters = parameters
  }

  /// The picture.
  mutating func input() -> Features {
    let size = parameters.inputSize
    let value = graph.addValue(
      "input", type: .float32, shape: [.symbolic("batch"), .fixed(3), .fixed(size.height), .fixed(size.width)])
    graph.inputs.append(value)
    return Features(value: value, channels: 3)
  }

  /// A convolution without bias that keeps extents at stride 1. Weights: normal, their variance 2 / (outputs * kernel^2)
  /// (He et al., 2015, by the fan out, which PyTorch's models count over all groups).
  mutating func convolution(
    _ x: Features, _ outputs: Int, kernel: Int = 3, stride: Int = 1, groups: Int = 1, name: String
  ) -> Features {
    let deviation = (2 / Double(outputs * kernel * kernel)).squareRoot()
    let weights = constant(
      normal("\(name).weight", [outputs, x.channels / groups, kernel, kernel], deviation: deviation), "\(name).weight")
    let value = node(
      "Conv", [x.value, weights], name: name,
      [
        "kernel_shape": .ints([kernel, kernel]), "strides": .ints([stride, stride]),
        "pads": .ints(Array(repeating: kernel / 2, count: 4)), "group": .int(groups), "dilations": .ints([1, 1]),
      ])
    return Features(value: value, channels: outputs)
  }

  /// A batch normalisation: scale 1, bias 0, mean 0, variance 1.
  mutating func normalization(_ x: Features, name: String) -> Features {
    var inputs: [ValueID?] = [x.value]
    for (part, value) in [("weight", 1.0), ("bias", 0), ("running_mean", 0), ("running_var", 1)] {
      inputs.append(constant(Tensor(shape: [x.channels], repeating: value), "\(name).\(part)"))
    }
    return Features(
      value: node("BatchNormalization", inputs, name: name, ["epsilon": .float(1e-5)]), channels: x.channels)
  }

  /// max(x, 0).
  mutating func relu(_ x: Features, name: String) -> Features {
    Features(value: node("Relu", [x.value], name: name), channels: x.channels)
  }

  /// min(max(x, 0), 6).
  mutating func relu6(_ x: Features, name: String) -> Features {
    let bounds =
      clipBounds ?? (constant(Tensor(scalar: 0 as Float), "zero"), constant(Tensor(scalar: 6 as Float), "six"))
    clipBounds = bounds
    return Features(value: node("Clip", [x.value, bounds.lower, bounds.upper], name: name), channels: x.channels)
  }

  /// The sum of two.
  mutating func sum(_ x: Features, _ y: Features, name: String) -> Features {
    Features(value: node("Add", [x.value, y.value], name: name), channels: x.channels)
  }

  /// The channels of both, those of `x` first.
  mutating func concatenation(_ x: Features, _ y: Features, name: String) -> Features {
    Features(
      value: node("Concat", [x.value, y.value], name: name, ["axis": .int(1)]), channels: x.channels + y.channels)
  }

  /// MaxPool or AveragePool.
  mutating func pool(
    _ op: String, _ x: Features, kernel: Int, stride: Int, padding: Int = 0, name: String
  ) -> Features {
    let value = node(
      op, [x.value], name: name,
      [
        "kernel_shape": .ints([kernel, kernel]), "strides": .ints([stride, stride]),
        "pads": .ints(Array(repeating: padding, count: 4)),
      ])
    return Features(value: value, channels: x.channels)
  }

  /// Every second row and column, and zero channels before and after: a shortcut without weights to half the size.
  mutating func subsampled(_ x: Features, channels: Int, name: String) -> Features {
    let (before, after) = ((channels - x.channels) / 2, channels - x.channels - (channels - x.channels) / 2)
    let strided = node(
      "Slice",
      [
        x.value, integers([0, 0], "\(name).starts"), integers([Int.max, Int.max], "\(name).ends"),
        integers([2, 3], "\(name).axes"), integers([2, 2], "\(name).steps"),
      ], name: "\(name).slice")
    let padded = node(
      "Pad", [strided, integers([0, before, 0, 0, 0, after, 0, 0], "\(name).pads")], name: "\(name).pad",
      ["mode": .string("constant")])
    return Features(value: padded, channels: channels)
  }

  /// The mean of every channel, a fully connected layer, and the network's output.
  mutating func classifier(_ x: Features, name: String, _ initialisation: ClassifierInitialisation) {
    let pooled = node("GlobalAveragePool", [x.value], name: "pool")
    let flat = node("Flatten", [pooled], name: "flatten", ["axis": .int(1)])
    let classes = parameters.classCount
    let bound = 1 / Double(x.channels).squareRoot()
    let shape = [classes, x.channels]
    let weights =
      switch initialisation {
      case .uniform, .uniformWithoutBias: uniform("\(name).weight", shape, bound: bound)
      case .normal: normal("\(name).weight", shape, deviation: 0.01)
      }
    let bias =
      switch initialisation {
      case .uniform: uniform("\(name).bias", [classes], bound: bound)
      case .uniformWithoutBias, .normal: Tensor(shape: [classes], repeating: 0)
      }
    let logits = graph.addValue("logits", type: .float32, shape: [.symbolic("batch"), .fixed(classes)])
    graph.nodes.append(
      Node(
        name: name, op: "Gemm", inputs: [flat, constant(weights, "\(name).weight"), constant(bias, "\(name).bias")],
        outputs: [logits], attributes: ["transB": .int(1)]))
    graph.outputs.append(logits)
  }

  private mutating func node(
    _ op: String, _ inputs: [ValueID?], name: String, _ attributes: [String: Attribute] = [:]
  ) -> ValueID {
    let output = graph.addValue("\(name).out")
    graph.nodes.append(Node(name: name, op: op, inputs: inputs, outputs: [output], attributes: attributes))
    return output
  }

  private mutating func constant(_ tensor: Tensor, _ name: String) -> ValueID { graph.addConstant(name, tensor) }

  private mutating func integers(_ values: [Int], _ name: String) -> ValueID {
    constant(Tensor(type: .int64, shape: [values.count], integers: values), name)
  }

  private func normal(_ name: String, _ shape: [Int], deviation: Double) -> Tensor {
    random(name, shape) { Float($0.normal() * deviation) }
  }

  private func uniform(_ name: String, _ shape: [Int], bound: Double) -> Tensor {
    random(name, shape) { Float($0.uniform(-bound...bound)) }
  }

  /// Random elements from a stream of the tensor's own: other layers and their order do not change them.
  private func random(_ name: String, _ shape: [Int], _ draw: (inout SeededGenerator) -> Float) -> Tensor {
    let count = shape.reduce(1, *)
    switch parameters.initialisation {
    case .zeros: return Tensor(shape: shape, repeating: 0)
    case .random(let seed):
      var generator = SeededGenerator(seed: seed, stream: Array(name.utf8).withUnsafeBytes { xxh64($0) })
      let elements = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        for index in 0..<count { buffer.initializeElement(at: index, to: draw(&generator)) }
        filled = count
      }
      return Tensor(elements, shape: shape)
    }
  }
}
