import Compiler
import Graph
import Operators
import Runtime
import Testing

/// A network with a scalar loss, whose derivatives by some inputs are checked.
struct GradientNetwork {
  /// Of all floating-point values.
  let type: ElementType
  private var graph = Graph(name: "network")
  private var variables: [ValueID] = []
  private var values: [ValueID: Tensor] = [:]
  private var random = TestRandom(seed: 11)

  init(type: ElementType) { self.type = type }

  /// An input that the loss is derived by.
  mutating func variable(_ tensor: Tensor) -> ValueID {
    let typed = converted(tensor)
    let id = graph.addValue(
      "v\(variables.count)", type: typed.type, shape: typed.shape.map { .fixed($0) })
    variables.append(id)
    values[id] = typed
    return id
  }

  /// A variable of random elements between -scale and scale, plus an offset.
  mutating func variable(_ shape: [Int], scale: Double = 1, around centre: Double = 0) -> ValueID {
    let numbers = random.tensor(.float64, shape, scale: scale).doubles.map { $0 + centre }
    return variable(Tensor(type: .float64, shape: shape, doubles: numbers))
  }

  mutating func constant(_ tensor: Tensor) -> ValueID {
    graph.addConstant("constant\(graph.values.count)", converted(tensor))
  }

  /// Adds a node and returns its first result.
  mutating func add(
    _ op: String, _ inputs: [ValueID?], _ attributes: [String: Attribute] = [:], results: Int = 1
  ) -> ValueID {
    let outputs = (0..<results).map { graph.addValue("\(op)\(graph.values.count)/\($0)") }
    graph.nodes.append(
      Node(name: "\(op)\(graph.nodes.count)", op: op, inputs: inputs, outputs: outputs, attributes: attributes))
    return outputs[0]
  }

  /// A convolution of square filters without bias that keeps the picture's size but for its stride.
  mutating func convolution(
    _ x: ValueID, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1
  ) -> ValueID {
    let weights = variable([outputs, inputs / groups, kernel, kernel], scale: 0.6)
    return add(
      "Conv", [x, weights],
      [
        "pads": .ints(Array(repeating: kernel / 2, count: 4)), "strides": .ints([stride, stride]),
        "group": .int(groups), "kernel_shape": .ints([kernel, kernel]),
      ])
  }

  /// Batch normalisation by the batch's statistics, with trainable scale and bias.
  mutating func batchNormalization(
    _ x: ValueID, _ channels: Int, residual: ValueID? = nil, _ attributes: [String: Attribute] = [:]
  ) -> ValueID {
    let (scale, bias) = (variable([channels], scale: 0.5, around: 1), variable([channels], scale: 0.3))
    let operands: [ValueID?] = [x, scale, bias] + (residual.map { [$0] } ?? [])
    return add("BatchNormalizationTraining", operands, attributes, results: 3)
  }

  /// Pooled channels, a linear layer and the cross-entropy against label 1 for the first picture, 0 for the others.
  mutating func classified(_ x: ValueID, batch: Int, channels: Int, classes: Int) -> ValueID {
    let features = add("Flatten", [add("GlobalAveragePool", [x])])
    let (weights, bias) = (variable([classes, channels]), variable([classes]))
    let logits = add("Gemm", [features, weights, bias], ["transB": .int(1)])
    let labels = constant(Tensor((0..<batch).map { Int64($0 == 0 ? 1 : 0) }, shape: [batch, 1]))
    let picked = add("GatherElements", [add("LogSoftmax", [logits]), labels], ["axis": .int(1)])
    return add("Neg", [add("ReduceMean", [picked], ["keepdims": .int(0)])])
  }

  /// The sum of a value's elements times seeded weights.
  mutating func weightedSum(of value: ValueID, shape: [Int]) -> ValueID {
    let product = add("Mul", [value, constant(random.tensor(.float64, shape))])
    return add("ReduceSum", [product], ["keepdims": .int(0)])
  }

  private func converted(_ tensor: Tensor) -> Tensor {
    tensor.type.isFloatingPoint ? tensor.converted(to: type) : tensor
  }

  /// The loss and its derivatives by all variables, by the interpreter.
  func reference(_ loss: ValueID) throws -> [Tensor] { try ReferenceInterpreter(derived(loss)).run(values) }

  /// The same by a compiled plan.
  func plan(_ loss: ValueID, threads: Int) throws -> [Tensor] {
    let derived = try derived(loss)
    let named = values.map { (derived.name(of: $0), $1) }
    return try PlanRunner.run(derived, Dictionary(uniqueKeysWithValues: named), threads: threads)
  }

  private func derived(_ loss: ValueID) throws -> Graph {
    var graph = graph
    graph.inputs = variables
    graph.outputs = [loss]
    let infos = try ShapeInference.infer(graph, inputs: try InputSpecification().resolve(graph))
    let result = try Differentiation.differentiate(loss, by: variables, in: graph, infos: infos)
    var derived = result.graph
    derived.outputs = try [loss] + variables.map { try #require(result.gradients[$0]) }
    return derived
  }

  /// The difference quotient of the loss by one element of a variable.
  private func difference(_ loss: ValueID, _ variable: ValueID, _ index: Int, step: Double) throws -> Double {
    var graph = graph
    graph.outputs = [loss]
    let interpreter = ReferenceInterpreter(graph)
    let point = try #require(values[variable])
    let losses = try [step, -step].map { offset in
      var elements = point.doubles
      elements[index] += offset
      let moved = Tensor(type: type, shape: point.shape, doubles: elements)
      return try interpreter.run(values.merging([variable: moved]) { $1 })[0].doubles[0]
    }
    return (losses[0] - losses[1]) / (2 * step)
  }

  /// Fails where derivatives differ from differences in double (`samples` elements of each variable), or a plan's in
  /// single precision from the interpreter's, or where one and three threads give other bits.
  static func expectCorrect(
    samples: Int = 5, tolerance: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation,
    _ build: (inout GradientNetwork) -> ValueID
  ) throws {
    var network = GradientNetwork(type: .float64)
    let loss = build(&network)
    let derivatives = try network.reference(loss)
    var random = TestRandom(seed: 5)
    for (number, variable) in network.variables.enumerated() {
      let derivative = derivatives[number + 1].doubles
      let scale = max(derivative.map(abs).max() ?? 0, 1e-3)
      for _ in 0..<samples {
        let index = Int(random.bits() % UInt64(derivative.count))
        let difference = try network.difference(loss, variable, index, step: 1e-6)
        #expect(
          abs(derivative[index] - difference) <= tolerance * scale,
          "variable \(number), element \(index): rule \(derivative[index]), difference \(difference), scale \(scale)",
          sourceLocation: sourceLocation)
      }
    }
    var single = GradientNetwork(type: .float32)
    let singleLoss = build(&single)
    let expected = try single.reference(singleLoss)
    let actual = try single.plan(singleLoss, threads: 1)
    #expect(try single.plan(singleLoss, threads: 3) == actual, sourceLocation: sourceLocation)
    for (number, (e, a)) in zip(expected, actual).enumerated() {
      let scale = max(e.doubles.map(abs).max() ?? 0, 1e-3)
      let worst = zip(e.doubles, a.doubles).map { abs($0 - $1) }.max() ?? 0
      #expect(
        e.shape == a.shape && worst <= 1e-4 * scale, "output \(number): largest difference \(worst) of \(scale)",
        sourceLocation: sourceLocation)
    }
  }
}
