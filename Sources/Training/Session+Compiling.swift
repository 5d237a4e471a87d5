import Compiler
import Graph
import Runtime

extension Plan {
  /// A graph's plan, in memory.
  static func compiled(
    _ graph: Graph, _ options: Compiler.Options = Compiler.Options()
  ) throws(TrainingError) -> Plan {
    let bytes: [UInt8]
    do throws(GraphError) {
      bytes = try Compiler.compile(graph, options).bytes
    } catch {
      throw .graph(error)
    }
    do throws(PlanError) {
      return try Plan(copying: bytes)
    } catch {
      throw .plan(error)
    }
  }
}

extension Session {
  /// A session of a graph's plan.
  static func compiled(
    _ graph: Graph, _ options: Compiler.Options, threads: Int
  ) throws(TrainingError) -> Session {
    let plan = try Plan.compiled(graph, options)
    do throws(PlanError) {
      return try Session(plan, threads: threads)
    } catch {
      throw .plan(error)
    }
  }
}
