import Compiler
import Foundation
import Graph
import Measure
import Runtime
import Testing

@Suite struct BenchmarkTests {
  private static func plan() throws -> Plan {
    var graph = Graph(name: "doubling")
    let x = graph.addValue("x", type: .float32, shape: [.fixed(1), .fixed(4)])
    let y = graph.addValue("y")
    graph.inputs = [x]
    graph.outputs = [y]
    graph.nodes = [Node(name: "sum", op: "Add", inputs: [x, x], outputs: [y], attributes: [:])]
    return try Plan(copying: Compiler.compile(graph).bytes)
  }

  @Test func measuresAsManyRunsAsAskedFor() throws {
    let result = try Benchmark(threads: 2, runs: 7).measure(Self.plan(), model: "m\"", loadNanoseconds: 5_000_000)
    #expect(result.latency.count == 7)
    let read = try JSONSerialization.jsonObject(with: Data(result.json.text.utf8)) as? [String: Any]
    let members = try #require(read)
    #expect(
      Set(members.keys) == [
        "model", "threads", "isa", "precision", "runs", "latency_ms", "load_ms", "first_run_ms", "peak_rss_bytes",
        "arena_bytes", "weight_bytes", "macs", "parameters", "gflops",
      ])
    #expect(members["model"] as? String == "m\"")
    #expect(members["threads"] as? Int == 2)
    #expect(members["runs"] as? Int == 7)
    #expect(members["load_ms"] as? Double == 5)
    #expect(members["precision"] as? String == "float32")
    #expect(members["isa"] as? String == InstructionSet.best.name)
    #expect((members["peak_rss_bytes"] as? Int ?? 0) > 1 << 20)
  }

  @Test func measuresForAWhileOrUntilStopped() throws {
    let plan = try Self.plan()
    #expect(try Benchmark(threads: 1, seconds: 0).measure(plan, model: "", loadNanoseconds: 0).latency.count >= 5)
    let stopped = try Benchmark(threads: 1, seconds: 1e300).measure(plan, model: "", loadNanoseconds: 0) { true }
    #expect(stopped.latency.count == 1)
    #expect(Benchmark(threads: 1, seconds: -1).seconds == 0)
  }
}
