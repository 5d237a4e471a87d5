import Compiler
import Graph
import Operators
import Runtime
import Testing

/// A graph of one node whose operands are its inputs, run by the reference interpreter and as a compiled plan.
struct SingleNode {
  private let graph: Graph
  private let operands: [Tensor?]

  init(_ op: String, _ operands: [Tensor?], _ attributes: [String: Attribute] = [:], results: Int = 1) {
    var graph = Graph(name: op)
    let inputs = operands.enumerated().map { position, tensor in
      tensor.map {
        graph.addValue("x\(position)", type: $0.type, shape: $0.shape.map { .fixed($0) })
      }
    }
    let outputs = (0..<results).map { graph.addValue("y\($0)") }
    graph.nodes = [Node(name: "node", op: op, inputs: inputs, outputs: outputs, attributes: attributes)]
    graph.inputs = inputs.compactMap { $0 }
    graph.outputs = outputs
    self.graph = graph
    self.operands = operands
  }

  /// The results by the operator's own statement of its meaning.
  func reference() throws -> [Tensor] {
    try ReferenceInterpreter(graph).run(
      Dictionary(uniqueKeysWithValues: zip(graph.inputs, operands.compactMap { $0 })))
  }

  /// The results of a compiled plan. Operands that shapes depend on are built in.
  func plan(threads: Int = 1) throws -> [Tensor] {
    let named = zip(graph.inputs.map { graph.name(of: $0) }, operands.compactMap { $0 })
    return try PlanRunner.run(graph, Dictionary(uniqueKeysWithValues: named), threads: threads)
  }

  /// Checks that interpreter and plan give the expected results.
  func expect(_ expected: Tensor..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectClose(expected, try reference(), "reference", sourceLocation)
    try expectClose(expected, try plan(), "plan", sourceLocation)
  }

  /// Checks that a plan gives what the interpreter gives, with one thread and with three.
  func expectPlanEqualsReference(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let expected = try reference()
    try expectClose(expected, try plan(), "plan", sourceLocation)
    try expectClose(expected, try plan(threads: 3), "plan, 3 threads", sourceLocation)
  }

  /// What is wrong with the node, as a user reads it. Fails the test if nothing is.
  func complaint(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let error = #expect(throws: GraphError.self, sourceLocation: sourceLocation) { try reference() }
    return try #require(error, sourceLocation: sourceLocation).message
  }
}

/// Fails unless tensors have equal types and shapes and elements that are equal up to rounding: a few units in the last
/// place for float32 and float64, one for float16, none for other types. NaN equals NaN.
func expectClose(
  _ expected: [Tensor], _ actual: [Tensor], _ what: String, _ sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try #require(expected.count == actual.count, sourceLocation: sourceLocation)
  for (e, a) in zip(expected, actual) {
    #expect(e.type == a.type && e.shape == a.shape, "\(what)", sourceLocation: sourceLocation)
    guard e.type == a.type, e.shape == a.shape else { continue }
    guard e.type.isFloatingPoint else {
      #expect(e.integers == a.integers, "\(what)", sourceLocation: sourceLocation)
      continue
    }
    let tolerance = e.type == .float64 ? 1e-12 : e.type == .float32 ? 4e-6 : 1e-3
    let wrong = zip(e.doubles, a.doubles).first { x, y in
      !(x == y || x.isNaN && y.isNaN || abs(x - y) <= tolerance * max(abs(x), 0.01))
    }
    #expect(
      wrong == nil, "\(what): expected \(e.doubles.prefix(40)), not \(a.doubles.prefix(40))",
      sourceLocation: sourceLocation)
  }
}

/// Pseudo-random numbers for tests; the same seed gives the same sequence.
struct TestRandom {
  private var state: UInt64

  init(seed: UInt64 = 1) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func bits() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// Between -1 and 1.
  mutating func number() -> Double { Double(bits() >> 11) / 0x1p52 - 1 }

  /// Elements between -scale and scale; for unsigned integers between 0 and scale.
  mutating func tensor(_ type: ElementType = .float32, _ shape: [Int], scale: Double = 1) -> Tensor {
    let numbers = (0..<shape.reduce(1, *)).map { _ in number() * scale }
    if type == .bool { return Tensor(type: .bool, shape: shape, doubles: numbers.map { $0 > 0 ? 1 : 0 }) }
    let isUnsigned = [.uint8, .uint16, .uint32, .uint64].contains(type)
    return Tensor(type: type, shape: shape, doubles: isUnsigned ? numbers.map(abs) : numbers)
  }
}

func floats(_ values: [Float], _ shape: [Int]? = nil) -> Tensor { Tensor(values, shape: shape ?? [values.count]) }
func longs(_ values: [Int64], _ shape: [Int]? = nil) -> Tensor { Tensor(values, shape: shape ?? [values.count]) }
func bools(_ values: [Bool], _ shape: [Int]? = nil) -> Tensor { Tensor(values, shape: shape ?? [values.count]) }
