import CPlatform
import Compiler
import Graph
import Measure
import ONNX
import Operators
import Runtime

/// A MODEL argument: an `.onnx` file, or a compiled `.edge` file.
enum ModelFile {
  case graph(Graph, path: String)
  case plan(Plan, path: String)

  /// Reads a model; what it is, its first bytes say, not its name.
  static func load(_ path: String) throws -> ModelFile {
    if try isPlan(path) {
      do {
        return .plan(try Plan(path: path), path: path)
      } catch {
        throw Failure(error, subject: path)
      }
    }
    return .graph(try ONNXModel.load(path: path).graph, path: path)
  }

  static func isPlan(_ path: String) throws -> Bool {
    let descriptor = ep_open_read(path)
    guard descriptor >= 0 else { throw Failure.missing("\(path): cannot be read: \(systemErrorText(-descriptor))") }
    defer { ep_close(descriptor) }
    var start = PlanHeader.magic &+ 1
    let count = withUnsafeMutableBytes(of: &start) { ep_read_some(descriptor, $0.baseAddress, $0.count) }
    return count == MemoryLayout<UInt64>.size && UInt64(littleEndian: start) == PlanHeader.magic
  }

  /// The plan to run: as compiled, which must be for the set if one is given, or compiled now, for the best one if none is
  /// given.
  func plan(for set: InstructionSet?) throws -> Plan {
    switch self {
    case .plan(let plan, let path):
      try ModelFile.check(path, compiledFor: PlanSummary(plan).isa, wanted: set)
      return plan
    case .graph(_, let path):
      do {
        return try Plan(copying: planBytes(for: set ?? .best))
      } catch let error as PlanError {
        throw Failure(error, subject: path)
      }
    }
  }

  /// Refuses a plan for another instruction set than the one that was asked for.
  static func check(_ path: String, compiledFor own: String, wanted: InstructionSet?) throws {
    guard let wanted, wanted.name != own else { return }
    throw Failure.data("\(path): compiled for \(own); compile the model again with --for \(wanted.name)")
  }

  /// The plan's file, also for machines of another kind than this one.
  func planBytes(for set: InstructionSet) throws -> [UInt8] {
    switch self {
    case .plan(let plan, _): return Array(plan.bytes)
    case .graph(let graph, let path):
      do {
        return try Compiler.compile(graph, Compiler.Options(isa: set.isa)).bytes
      } catch {
        throw Failure(error, subject: path)
      }
    }
  }

  /// The graph, for verbs that need one.
  func graph(verb: String) throws -> Graph {
    switch self {
    case .graph(let graph, _): return graph
    case .plan(_, let path):
      throw Failure.data("\(path): '\(verb)' needs the .onnx model that this plan was compiled from")
    }
  }
}
