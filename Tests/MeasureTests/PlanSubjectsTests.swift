import Compiler
import Foundation
import Graph
import Measure
import Runtime
import Testing

@Suite struct PlanSubjectsTests {
  /// Doubles four numbers `count` times over.
  private static func plan(doublings count: Int) throws -> Plan {
    try Plan(copying: Compiler.compile(graph(doublings: count)).bytes)
  }

  private static func graph(doublings count: Int) -> Graph {
    var graph = Graph(name: "doubling")
    var last = graph.addValue("x", type: .float32, shape: [.fixed(1), .fixed(4)])
    graph.inputs = [last]
    for index in 0..<count {
      let next = graph.addValue("y\(index)")
      graph.nodes.append(Node(name: "sum\(index)", op: "Add", inputs: [last, last], outputs: [next], attributes: [:]))
      last = next
    }
    graph.outputs = [last]
    return graph
  }

  @Test func comparesPlans() throws {
    let plans = [try Self.plan(doublings: 1), try Self.plan(doublings: 40)]
    let benchmark = InterleavedBenchmark(passes: 12...12, seconds: 0...60)
    let result = try #require(try benchmark.measure(plans, threads: 2))
    #expect(result.ending == .satisfied && result.passes == 12 && result.subjects.count == 2)
    for subject in result.subjects {
      #expect(subject.milliseconds.allSatisfy { $0 > 0 } && subject.repeats > 1 && subject.firstRunNanoseconds > 0)
    }
    let row = try #require(
      ComparedModel(
        model: "m\"", plan: PlanSummary(plans[1]), threads: 2, loadNanoseconds: 5_000_000, timings: result.subjects[1]))
    let members = try #require(
      try JSONSerialization.jsonObject(with: Data(row.json.text.utf8)) as? [String: Any])
    #expect(members["runs"] as? Int == 12 && members["model"] as? String == "m\"" && members["load_ms"] as? Int == 5)
    for key in ["ratio", "p50_ms"] {
      let interval = try #require(members[key] as? [String: Double])
      #expect(interval["median"] != nil && interval["lower"] != nil && interval["upper"] != nil)
    }
    #expect(row.tableRow.hasSuffix("12  m\""))
  }

  /// A plan for another kind of machine cannot be loaded, but told of.
  @Test func plansOfOtherMachinesAreToldOf() throws {
    let graph = Self.graph(doublings: 3)
    for set in InstructionSet.allCases {
      let summary = try PlanSummary(bytes: Compiler.compile(graph, Compiler.Options(isa: set.isa)).bytes)
      #expect(summary.isa == set.name && summary.precision == "float32" && summary.arenaBytes > 0)
    }
    let bytes = try Compiler.compile(graph).bytes
    #expect(try PlanSummary(bytes: bytes) == PlanSummary(Plan(copying: bytes)))
    #expect(throws: PlanError.self) { try PlanSummary(bytes: Array(bytes.dropLast())) }
    #expect(throws: PlanError.self) { try PlanSummary(bytes: []) }
  }

  @Test func nothingOrStoppedHasNoResult() throws {
    #expect(try InterleavedBenchmark().measure([Plan](), threads: 1) == nil)
    let plan = try Self.plan(doublings: 1)
    #expect(try InterleavedBenchmark().measure([plan], threads: 1, isStopped: { true }) == nil)
  }
}
