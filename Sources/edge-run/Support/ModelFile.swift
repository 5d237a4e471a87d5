import Compiler
import Foundation
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

  private static func isPlan(_ path: String) throws -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Failure.missing("\(path): no such model, or it cannot be read")
    }
    defer { try? handle.close() }
    return try handle.read(upToCount: 8) == Data("EDGEPLAN".utf8)
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
    case .graph(let graph, let path):
      do {
        return try Plan(copying: Compiler.compile(graph, Compiler.Options(inputs: inputs, isa: set.isa)).bytes)
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

/// Writes outputs: never over an existing file unless told to, and never half of one.
enum OutputFile {
  static func write(_ bytes: [UInt8], to path: String, force: Bool) throws {
    if !force && FileManager.default.fileExists(atPath: path) {
      throw Failure.cannotCreate("\(path) exists; --force replaces it")
    }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Failure.cannotCreate("\(path): cannot be written: \(error.localizedDescription)")
    }
  }
}
