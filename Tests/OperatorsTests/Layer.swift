import Compiler
import Graph
import Operators
import Runtime
import Testing

/// A graph of one node whose first operand is its input and whose other operands are built in, as in most networks.
struct Layer {
  private let graph: Graph
  private let input: Tensor

  init(
    _ op: String, _ x: Tensor, _ constants: [Tensor?] = [], _ attributes: [String: Attribute] = [:], results: Int = 1
  ) {
    var graph = Graph(name: op)
    let x0 = graph.addValue("x", type: x.type, shape: x.shape.map { .fixed($0) })
    let others = constants.enumerated().map { position, tensor in
      tensor.map { graph.addConstant("c\(position)", $0) }
    }
    let outputs = (0..<results).map { graph.addValue("y\($0)") }
    graph.nodes = [Node(name: "node", op: op, inputs: [x0] + others, outputs: outputs, attributes: attributes)]
    graph.inputs = [x0]
    graph.outputs = outputs
    self.graph = graph
    input = x
  }

  func reference() throws -> [Tensor] { try ReferenceInterpreter(graph).run([graph.inputs[0]: input]) }

  /// Checks that a plan gives what the interpreter gives, with one thread and with three, up to a share of the largest
  /// element; integers may differ by `units`.
  func expectPlanEqualsReference(
    tolerance: Double = 2e-6, units: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try reference()
    for threads in [1, 3] {
      let actual = try PlanRunner.run(graph, ["x": input], threads: threads)
      try #require(actual.count == expected.count, sourceLocation: sourceLocation)
      for (e, a) in zip(expected, actual) {
        try #require(e.type == a.type && e.shape == a.shape, sourceLocation: sourceLocation)
        let (p, q) = (e.doubles, a.doubles)
        let bound = e.type.isFloatingPoint ? tolerance * (p.map(abs).max() ?? 0) : Double(units)
        let worst = zip(p, q).map { $0 == $1 ? 0 : abs($0 - $1) }.max() ?? 0
        #expect(worst <= bound, "\(threads) threads, largest difference \(worst)", sourceLocation: sourceLocation)
      }
    }
  }
}

/// A node with all operands as inputs: compares the interpreter with expected values up to an absolute tolerance.
func expectValues(
  _ op: String, _ operands: [Tensor?], _ attributes: [String: Attribute] = [:], are expected: Tensor...,
  tolerance: Double = 1e-5, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let actual = try SingleNode(op, operands, attributes, results: expected.count).reference()
  for (e, a) in zip(expected, actual) {
    try #require(e.type == a.type && e.shape == a.shape, "\(a.type) \(a.shape)", sourceLocation: sourceLocation)
    let worst = zip(e.doubles, a.doubles).map { $0 == $1 ? 0 : abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, "expected \(e.doubles), not \(a.doubles)", sourceLocation: sourceLocation)
  }
}
