import Compiler
import Graph
import Operators
import Runtime
import Testing

/// Compares an operator's gradient rule with finite differences of its meaning, in double, and the compiled gradient
/// with the interpreter's, in single precision.
///
/// The loss is `sum(w * y)` over all floating-point results y with seeded weights w, so that every element of every
/// derivative counts.
struct GradientCheck: Sendable {
  private let op: String
  private let operands: [Tensor?]
  private let wanted: [Int]
  private let attributes: [String: Attribute]
  private let results: Int
  private let computed: [Int]

  /// - Parameters:
  ///   - operands: float64 where they are floating-point; other types are built in as constants.
  ///   - wanted: Positions of the operands to derive by; nil for all that are float64.
  ///   - computed: Positions of other operands that are inputs of the graph, so that a plan does not know them.
  init(
    _ op: String, _ operands: [Tensor?], _ attributes: [String: Attribute] = [:], wanted: [Int]? = nil,
    results: Int = 1,
    computed: [Int] = []
  ) {
    self.op = op
    self.operands = operands
    self.attributes = attributes
    self.wanted = wanted ?? operands.indices.filter { operands[$0]?.type == .float64 }
    self.results = results
    self.computed = computed
  }

  /// Fails where the rule and central differences are apart by more than `tolerance` of the largest derivative.
  func expectRuleEqualsDifferences(
    _ note: String = "", step: Double = 1e-5, tolerance: Double = 1e-6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (graph, variables) = try lossGraph(type: .float64)
    let values = Dictionary(uniqueKeysWithValues: zip(graph.inputs, try inputs(.float64)))
    let derived = try differentiated(graph, variables)
    let actual = try ReferenceInterpreter(derived).run(values)
    let plain = ReferenceInterpreter(graph)
    for (number, variable) in variables.enumerated() {
      let point = try #require(values[variable])
      try #require(actual[number + 1].shape == point.shape, "\(note)", sourceLocation: sourceLocation)
      var differences: [Double] = []
      for index in 0..<point.elementCount {
        let losses = try [step, -step].map { offset in
          var elements = point.doubles
          elements[index] += offset
          let moved = Tensor(type: .float64, shape: point.shape, doubles: elements)
          return try plain.run(values.merging([variable: moved]) { $1 })[0].doubles[0]
        }
        differences.append((losses[0] - losses[1]) / (2 * step))
      }
      let derivatives = actual[number + 1].doubles
      let scale = max(differences.map(abs).max() ?? 0, 1e-3)
      let worst = zip(derivatives, differences).map { abs($0 - $1) }.max() ?? 0
      #expect(
        worst <= tolerance * scale && derivatives.allSatisfy(\.isFinite),
        "\(note) by operand \(wanted[number]): rule \(derivatives.prefix(24)), differences \(differences.prefix(24))",
        sourceLocation: sourceLocation)
    }
  }

  /// Fails where the compiled single-precision gradient and the interpreter's are apart by more than `tolerance` of
  /// the largest derivative, or where one and three threads give other bits.
  func expectPlanEqualsReference(
    _ note: String = "", tolerance: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (graph, variables) = try lossGraph(type: .float32)
    let derived = try differentiated(graph, variables)
    let inputs = try inputs(.float32)
    let expected = try ReferenceInterpreter(derived).run(Dictionary(uniqueKeysWithValues: zip(graph.inputs, inputs)))
    let named = Dictionary(uniqueKeysWithValues: zip(graph.inputs.map { derived.name(of: $0) }, inputs))
    let actual = try PlanRunner.run(derived, named, threads: 1)
    #expect(try PlanRunner.run(derived, named, threads: 3) == actual, "\(note)", sourceLocation: sourceLocation)
    for (number, (e, a)) in zip(expected, actual).enumerated() {
      let scale = max(e.doubles.map(abs).max() ?? 0, 1e-3)
      let worst = zip(e.doubles, a.doubles).map { $0 == $1 ? 0 : abs($0 - $1) }.max() ?? 0
      #expect(
        e.shape == a.shape && worst <= tolerance * scale,
        "\(note) output \(number): largest difference \(worst) of \(scale)",
        sourceLocation: sourceLocation)
    }
  }

  /// Both checks.
  func expectCorrect(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectRuleEqualsDifferences(sourceLocation: sourceLocation)
    try expectPlanEqualsReference(sourceLocation: sourceLocation)
  }

  /// Fails where a derivative is infinite or not a number, by the interpreter or the plan in single precision.
  func expectFinite(_ note: String = "", sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (graph, variables) = try lossGraph(type: .float32)
    let derived = try differentiated(graph, variables)
    let inputs = try inputs(.float32)
    let reference = try ReferenceInterpreter(derived).run(Dictionary(uniqueKeysWithValues: zip(graph.inputs, inputs)))
    let named = Dictionary(uniqueKeysWithValues: zip(graph.inputs.map { derived.name(of: $0) }, inputs))
    for results in [reference, try PlanRunner.run(derived, named)] {
      for result in results {
        let isFinite = result.doubles.allSatisfy(\.isFinite)
        #expect(isFinite, "\(note): \(result.doubles)", sourceLocation: sourceLocation)
      }
    }
  }

  /// What the graph's inputs are given: wanted operands, then computed ones.
  private func inputs(_ type: ElementType) throws -> [Tensor] {
    try (wanted + computed).map { typed(try #require(operands[$0]), type) }
  }

  private func typed(_ tensor: Tensor, _ type: ElementType) -> Tensor {
    tensor.type == .float64 ? Tensor(type: type, shape: tensor.shape, doubles: tensor.doubles) : tensor
  }

  /// The node with its loss. Wanted operands are the first inputs, computed ones the others; the rest is constant.
  private func lossGraph(type: ElementType) throws -> (graph: Graph, variables: [ValueID]) {
    var graph = Graph(name: op)
    var ids: [Int: ValueID] = [:]
    for (position, operand) in operands.enumerated() {
      guard let operand else { continue }
      let tensor = typed(operand, type)
      ids[position] =
        (wanted + computed).contains(position)
        ? graph.addValue("x\(position)", type: tensor.type, shape: tensor.shape.map { .fixed($0) })
        : graph.addConstant("c\(position)", tensor)
    }
    let variables = wanted.compactMap { ids[$0] }
    let outputs = (0..<results).map { graph.addValue("y\($0)") }
    graph.nodes = [
      Node(name: "node", op: op, inputs: operands.indices.map { ids[$0] }, outputs: outputs, attributes: attributes)
    ]
    graph.inputs = variables + computed.compactMap { ids[$0] }
    graph.outputs = outputs
    let infos = try ShapeInference.infer(graph, inputs: try InputSpecification().resolve(graph))
    var random = TestRandom(seed: 77)
    var terms: [ValueID] = []
    for (number, output) in outputs.enumerated() {
      guard let info = infos[output], info.type == type else { continue }
      let weights = graph.addConstant("w\(number)", random.tensor(type, info.shape))
      let (product, sum) = (graph.addValue("product\(number)"), graph.addValue("sum\(number)"))
      graph.nodes.append(Node(name: "product\(number)", op: "Mul", inputs: [output, weights], outputs: [product]))
      graph.nodes.append(
        Node(
          name: "sum\(number)", op: "ReduceSum", inputs: [product], outputs: [sum], attributes: ["keepdims": .int(0)]))
      terms.append(sum)
    }
    let loss = graph.addValue("loss")
    graph.nodes.append(Node(name: "loss", op: "Sum", inputs: terms, outputs: [loss]))
    graph.outputs = [loss]
    return (graph, variables)
  }

  /// The graph with its loss and the derivatives by all variables as outputs; zeros where the rule gives none.
  private func differentiated(_ graph: Graph, _ variables: [ValueID]) throws -> Graph {
    let infos = try ShapeInference.infer(graph, inputs: try InputSpecification().resolve(graph))
    let result = try Differentiation.differentiate(graph.outputs[0], by: variables, in: graph, infos: infos)
    var derived = result.graph
    derived.outputs = [graph.outputs[0]]
    for variable in variables {
      if let gradient = result.gradients[variable] {
        derived.outputs.append(gradient)
      } else {
        let info = try #require(infos[variable])
        derived.outputs.append(
          derived.addConstant(
            "zero of \(graph.name(of: variable))",
            Tensor(
              type: info.type, shape: info.shape,
              doubles: Array(repeating: 0, count: info.shape.reduce(1, *)))))
      }
    }
    return derived
  }
}
