import Datasets
import Graph
import Pruning
import Runtime

/// A residual network of four convolutions for pictures of 6x6: small enough for the reference interpreter.
///
/// `first` (8 channels) makes a group of its own, as `last` (5) does; `stem` and `second` (6) are joined by the addition.
struct SmallNetwork {
  var graph = Graph(name: "small")
  let type: ElementType
  private var random: SeededGenerator

  init(seed: UInt64 = 1, type: ElementType = .float32, normalizes: Bool = true) {
    self.type = type
    random = SeededGenerator(seed: seed)
    let input = graph.addValue(
      "input", type: type, shape: [.symbolic("batch"), .fixed(3), .fixed(6), .fixed(6)])
    graph.inputs = [input]
    let stem = layer("stem", input, [6, 3, 3, 3], relu: true, normalizes)
    let first = layer("first", stem, [8, 6, 3, 3], relu: true, normalizes)
    let second = layer("second", first, [6, 8, 3, 3], relu: false, normalizes)
    let sum = node("Relu", [node("Add", [stem, second], "add")], "relu")
    let last = layer("last", sum, [5, 6, 1, 1], relu: true, normalizes)
    let flat = node("Flatten", [node("GlobalAveragePool", [last], "pool")], "flatten", ["axis": .int(1)])
    let logits = node(
      "Gemm", [flat, constant("classifier.weight", [4, 5]), constant("classifier.bias", [4])], "classifier",
      ["transB": .int(1)])
    graph.outputs = [logits]
  }

  private mutating func layer(
    _ name: String, _ x: ValueID, _ shape: [Int], relu: Bool, _ normalizes: Bool
  ) -> ValueID {
    var y = node(
      "Conv", [x, constant("\(name).weight", shape)], name,
      ["kernel_shape": .ints(Array(shape[2...])), "pads": .ints(Array(repeating: shape[2] / 2, count: 4))])
    if normalizes {
      let parts = [("scale", 0.4...1.2), ("bias", -0.5...0.7), ("mean", -0.2...0.2), ("variance", 0.3...1.5)]
      let operands = parts.map { constant("\(name).\($0)", [shape[0]], $1) }
      y = node("BatchNormalization", [y] + operands, "\(name).normalization", ["epsilon": .float(1e-5)])
    }
    return relu ? node("Relu", [y], "\(name).relu") : y
  }

  private mutating func node(
    _ op: String, _ inputs: [ValueID], _ name: String, _ attributes: [String: Attribute] = [:]
  ) -> ValueID {
    let output = graph.addValue("\(name).out")
    graph.nodes.append(Node(name: name, op: op, inputs: inputs, outputs: [output], attributes: attributes))
    return output
  }

  private mutating func constant(
    _ name: String, _ shape: [Int], _ range: ClosedRange<Double> = -0.5...0.5
  ) -> ValueID {
    // Float's values in both types.
    let values = (0..<shape.reduce(1, *)).map { _ in Double(Float(random.uniform(range))) }
    return graph.addConstant(name, Tensor(type: type, shape: shape, doubles: values))
  }

  func tensor(_ name: String) -> Tensor? {
    graph.values.firstIndex { $0.name == name }.flatMap { graph.constants[ValueID($0)] }
  }

  mutating func set(_ name: String, _ change: (inout [Double]) -> Void) {
    guard let index = graph.values.firstIndex(where: { $0.name == name }), let old = graph.constants[ValueID(index)]
    else { return }
    var values = old.doubles
    change(&values)
    graph.constants[ValueID(index)] = Tensor(type: old.type, shape: old.shape, doubles: values)
  }

  /// Makes nothing come out of a channel.
  mutating func silence(_ layer: String, channel: Int) {
    guard let shape = tensor("\(layer).weight")?.shape else { return }
    let size = shape.dropFirst().reduce(1, *)
    set("\(layer).weight") { for index in channel * size..<(channel + 1) * size { $0[index] = 0 } }
    for part in ["scale", "bias", "mean"] { set("\(layer).\(part)") { $0[channel] = 0 } }
  }
}

/// Random pictures of classes drawn by lot, cut into batches of given sizes over and over.
struct MadeUpBatches: CalibrationBatches {
  let pictures: [[Float]]
  let labels: [Int]
  let sizes: [Int]

  init(_ count: Int, of size: Int = 3 * 6 * 6, classes: Int = 4, sizes: [Int], seed: UInt64 = 5) {
    var random = SeededGenerator(seed: seed)
    pictures = (0..<count).map { _ in (0..<size).map { _ in Float(random.uniform(-1...1)) } }
    labels = (0..<count).map { _ in random.below(classes) }
    self.sizes = sizes
  }

  func forEach(_ body: (CalibrationBatch) throws(PruningError) -> Void) throws(PruningError) {
    var (start, turn) = (0, 0)
    while start < pictures.count {
      let end = min(start + sizes[turn % sizes.count], pictures.count)
      let images = Array(pictures[start..<end].joined())
      // `withUnsafeBufferPointer` hands on no typed error.
      let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: images.count)
      defer { memory.deallocate() }
      _ = memory.initialize(from: images)
      try body(
        CalibrationBatch(count: end - start, images: UnsafeBufferPointer(memory), labels: Array(labels[start..<end])))
      (start, turn) = (end, turn + 1)
    }
  }

  /// Pictures as the interpreter takes them, `[N, 3, 6, 6]`.
  func tensor(_ range: Range<Int>, _ type: ElementType = .float32) -> Tensor {
    let values = range.flatMap { picture in
      (0..<3).flatMap { channel in (0..<36).map { Double(pictures[picture][$0 * 3 + channel]) } }
    }
    return Tensor(type: type, shape: [range.count, 3, 6, 6], doubles: values)
  }
}
