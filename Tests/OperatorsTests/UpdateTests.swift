import Compiler
import Graph
import Operators
import Runtime
import Testing

/// Optimiser steps and moving averages.
@Suite struct UpdateTests {
  /// A rule and the parameters after three steps of PyTorch 2 (`torch.optim`, float64) from the same start.
  struct Rule: Sendable, CustomTestStringConvertible {
    let op: String
    let attributes: [String: Attribute]
    let rate: Double
    let expected: [Double]

    var testDescription: String { "\(op) \(attributes.keys.sorted())" }
    var isAdam: Bool { op == "AdamWUpdate" }
  }

  static let rules = [
    Rule(
      op: "SGDUpdate", attributes: ["momentum": .float(0.9), "weight_decay": .float(0.01)], rate: 0.1,
      expected: [0.516_095_389_5, -1.266_344_478_8, 1.958_108_568, -0.100_720_1, -0.715_436_049_3]),
    Rule(
      op: "SGDUpdate", attributes: ["momentum": .float(0.9), "weight_decay": .float(0.01), "nesterov": .int(1)],
      rate: 0.1, expected: [0.512_950_962, -1.296_041_699_2, 1.981_536_586_5, -0.110_231_885_9, -0.726_857_733]),
    Rule(op: "SGDUpdate", attributes: [:], rate: 0.1, expected: [0.5, -1.285, 2.025, -0.02, -0.76]),
    Rule(
      op: "AdamWUpdate",
      attributes: [
        "beta1": .float(0.8), "beta2": .float(0.95), "epsilon": .float(1e-6), "weight_decay": .float(0.1),
      ], rate: 0.05,
      expected: [0.469_995_935_6, -1.222_694_204_6, 1.902_040_638_4, -0.044_979_744_6, -0.703_889_607_8]),
  ]

  private static let start = [0.5, -1.25, 2, 0, -0.75]
  private static let gradients = [
    [0.1, -0.2, 0.3, 1, -0.5], [-0.4, 0.25, 0.05, -1, 0.5], [0.3, 0.3, -0.6, 0.2, 0.1],
  ]

  @Test(arguments: rules) func stepsOfPyTorch(_ rule: Rule) throws {
    for isPlan in [false, true] {
      let type = isPlan ? ElementType.float32 : .float64
      func tensor(_ values: [Double]) -> Tensor { Tensor(type: type, shape: [values.count], doubles: values) }
      let rate = Tensor(type: type, shape: [], doubles: [rule.rate])
      var state = [tensor(Self.start)] + (0..<(rule.isAdam ? 2 : 1)).map { _ in tensor([0, 0, 0, 0, 0]) }
      for (number, gradient) in Self.gradients.enumerated() {
        var operands = [state[0], tensor(gradient)] + state.dropFirst() + [rate]
        if rule.isAdam { operands.append(Tensor(type: type, shape: [], doubles: [Double(number + 1)])) }
        let node = SingleNode(rule.op, operands, rule.attributes, results: state.count)
        state = try isPlan ? node.plan() : node.reference()
      }
      let worst = zip(state[0].doubles, rule.expected).map { abs($0 - $1) }.max() ?? 1
      // Attributes are single precision: 0.9 is not exactly 0.9.
      #expect(worst <= (isPlan ? 1e-6 : 2e-8), "\(state[0].doubles)")
    }
  }

  /// A plan of updates whose state stays in its inputs' memory from run to run.
  @Test(arguments: rules, [1, 3]) func changesStateInPlace(_ rule: Rule, _ threads: Int) throws {
    var graph = Graph(name: "update")
    let shape = [9, 13, 20, 21]
    func input(_ name: String, _ shape: [Int]) -> ValueID {
      graph.addValue(name, type: .float32, shape: shape.map { .fixed($0) })
    }
    let names = rule.isAdam ? ["p", "m", "s"] : ["p", "m"]
    let state = names.map { input($0, shape) }
    let (gradient, rate, step) = (input("g", shape), input("rate", []), input("step", [1]))
    graph.inputs = state + [gradient, rate] + (rule.isAdam ? [step] : [])
    graph.outputs = names.map { graph.addValue("new \($0)") }
    graph.nodes = [
      Node(
        name: "update", op: rule.op,
        inputs: [state[0], gradient] + state.dropFirst() + [rate] + (rule.isAdam ? [step] : []), outputs: graph.outputs,
        attributes: rule.attributes)
    ]
    let plan = try Plan(copying: Compiler.compile(graph).bytes)
    var session = try Session(plan, threads: threads)
    var random = TestRandom(seed: 31)
    var expected = names.map { $0 == "s" ? Tensor(shape: shape, repeating: 0.5) : random.tensor(.float32, shape) }
    for (index, tensor) in expected.enumerated() { tensor.copy(to: session.input(index)) }
    let rateTensor = Tensor(type: .float32, shape: [], doubles: [rule.rate])
    for number in 1...2 {
      let given = random.tensor(.float32, shape)
      let stepTensor = Tensor([Float(number)], shape: [1])
      given.copy(to: session.input(names.count))
      rateTensor.copy(to: session.input(names.count + 1))
      if rule.isAdam { stepTensor.copy(to: session.input(names.count + 2)) }
      session.run()
      let values = expected + [given, rateTensor] + (rule.isAdam ? [stepTensor] : [])
      expected = try ReferenceInterpreter(graph).run(
        Dictionary(uniqueKeysWithValues: zip(graph.inputs, values)))
      for index in names.indices {
        #expect(session.output(index).base == session.input(index).base)
        #expect(largestDifference(expected[index], Tensor(copying: session.output(index))) <= 1e-6)
      }
    }
  }

  /// Gradients in another order of memory, and one element for all.
  @Test(arguments: ["Transpose", "Expand"]) func gradientsOfOtherStrides(_ kind: String) throws {
    var graph = Graph(name: "strided")
    let shape = [40, 37]
    func input(_ name: String, _ shape: [Int]) -> ValueID {
      graph.addValue(name, type: .float32, shape: shape.map { .fixed($0) })
    }
    let given = kind == "Transpose" ? [37, 40] : [1, 37]
    let (parameter, gradient, velocity, rate) = (
      input("p", shape), input("g", given), input("v", shape), input("r", [])
    )
    let (moved, new, changed) = (graph.addValue("moved"), graph.addValue("new"), graph.addValue("changed"))
    let average = graph.addValue("average")
    let target = graph.addConstant("shape", longs([40, 37]))
    graph.inputs = [parameter, gradient, velocity, rate]
    graph.nodes = [
      Node(name: "move", op: kind, inputs: kind == "Expand" ? [gradient, target] : [gradient], outputs: [moved]),
      Node(
        name: "update", op: "SGDUpdate", inputs: [parameter, moved, velocity, rate], outputs: [new, changed],
        attributes: ["momentum": .float(0.9), "nesterov": .int(1)]),
      // An intermediate value is no state: it is left alone.
      Node(
        name: "average", op: "MovingAverage", inputs: [moved, new], outputs: [average],
        attributes: ["rate": .float(0.25)]),
    ]
    graph.outputs = [new, changed, average, moved]
    var random = TestRandom(seed: 32)
    let values = [
      random.tensor(.float32, shape), random.tensor(.float32, given), random.tensor(.float32, shape),
      Tensor(scalar: Float(0.1)),
    ]
    let expected = try ReferenceInterpreter(graph).run(Dictionary(uniqueKeysWithValues: zip(graph.inputs, values)))
    let actual = try PlanRunner.run(graph, Dictionary(uniqueKeysWithValues: zip(["p", "g", "v", "r"], values)))
    for (e, a) in zip(expected, actual) { #expect(largestDifference(e, a) <= 1e-6) }
  }

  @Test func movingAverage() throws {
    try SingleNode("MovingAverage", [floats([1, 2]), floats([3, -2])], ["rate": .float(0.25)]).expect(floats([1.5, 1]))
    var random = TestRandom(seed: 33)
    for shape in [[3], [70, 5], [9, 13, 20, 21]] {
      try expectPlanEqualsReference(
        "MovingAverage", [random.tensor(.float32, shape), random.tensor(.float32, shape)], ["rate": .float(0.1)])
    }
  }

  @Test func accumulate() throws {
    try SingleNode("Accumulate", [floats([1, 2]), floats([3, -2])]).expect(floats([4, 0]))
    var random = TestRandom(seed: 34)
    for shape in [[3], [70, 5], [9, 13, 20, 21]] {
      try expectPlanEqualsReference("Accumulate", [random.tensor(.float32, shape), random.tensor(.float32, shape)])
    }
  }

  @Test func refusals() throws {
    let (x, rate) = (floats([1, 2]), floats([1]))
    #expect(try SingleNode("SGDUpdate", [x, floats([1]), x, rate], results: 2).complaint().contains("operand 1"))
    #expect(try SingleNode("SGDUpdate", [x, x, x, x], results: 2).complaint().contains("learning_rate"))
    #expect(try SingleNode("AdamWUpdate", [x, x, x, x, rate, x], results: 3).complaint().contains("step"))
    #expect(try SingleNode("MovingAverage", [x, x]).complaint().contains("rate"))
    #expect(try SingleNode("Accumulate", [x, rate]).complaint().contains("operand 1"))
  }
}
