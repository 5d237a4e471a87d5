import CPlatform
import Compiler
import Graph
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

  /// The plan to run: as compiled, or compiled now.
  func plan(for set: InstructionSet, inputs: InputSpecification = InputSpecification()) throws -> Plan {
    switch self {
    case .plan(let plan, let path):
      guard plan.header.isa == set.rawValue || set == .best else {
        let own = InstructionSet(rawValue: plan.header.isa)?.name ?? "another instruction set"
        throw Failure.data("\(path): compiled for \(own); compile the model again with --for \(set.name)")
      }
      return plan
    case .graph(_, let path):
      do {
        return try Plan(copying: planBytes(for: set, inputs: inputs))
      } catch let error as PlanError {
        throw Failure(error, subject: path)
      }
    }
  }

  /// The plan's file, also for machines of another kind than this one.
  func planBytes(for set: InstructionSet, inputs: InputSpecification = InputSpecification()) throws -> [UInt8] {
    switch self {
    case .plan(let plan, _): return Array(plan.bytes)
    case .graph(let graph, let path):
      do {
        return try Compiler.compile(graph, Compiler.Options(inputs: inputs, isa: set.isa)).bytes
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
